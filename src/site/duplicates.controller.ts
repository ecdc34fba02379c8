import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { formatDay, londonDay } from '../shared/dates.js';
import type { Actor } from '../platform/actor.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { isId, newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { stateNames } from '../applications/application.rules.js';
import { ApplicationsQueries, type Double } from '../applications/applications.queries.js';
import { DuplicatesQueries } from '../people/duplicates.queries.js';
import { likenessNames } from '../people/merge.rules.js';
import { peoplePaths } from '../people/people.paths.js';
import { isReachable, maskContact } from '../people/people.rules.js';
import { PersonMerges } from '../people/person-merges.service.js';
import { StaffPeopleQueries } from '../people/staff-people.queries.js';
import { MergeDto } from './duplicates.dto.js';

const KEEP = 'keep-';

/** People who may be written down twice. Apart from choosing, so that nobody who chooses is told here what they must not know. */
@ApiExcludeController()
@Controller('staff/people/duplicates')
@May('person.merge')
export class DuplicatesController {
  constructor(
    private readonly queries: DuplicatesQueries,
    private readonly people: StaffPeopleQueries,
    private readonly applications: ApplicationsQueries,
    private readonly merges: PersonMerges,
  ) {}

  @Get()
  async list(): Promise<Page> {
    const alike = (await this.queries.alike()).map((pair) => ({ ...pair, likenessName: likenessNames[pair.likeness], href: peoplePaths.compare(pair.firstId, pair.secondId) }));
    return page('site/duplicates', { alike, merges: await this.queries.merges() });
  }

  @Post('merges/:id/undoing')
  async undo(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.merges.undo(actor, id);
    return redirect(peoplePaths.duplicates(), 'The merge is undone. All is as it was before.');
  }

  @Get(':id/:otherId')
  async compare(@IdParam() id: string, @IdParam('otherId') otherId: string): Promise<Page> {
    return this.comparePage(id, otherId, emptyForm({ id: newId() }), 200);
  }

  @Post(':id/:otherId/merge')
  async merge(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('otherId') otherId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(MergeDto, gatherKept(body));
    const shown = { ...form, values: { ...form.values, ...asRecord(body) } };
    if (!form.dto) return this.comparePage(id, otherId, shown, 422);
    const { survivorId, reason, keep } = form.dto;
    if (survivorId !== id && survivorId !== otherId) throw new BadRequest();
    try {
      await this.merges.merge(actor, { id: form.dto.id, survivorId, mergedId: survivorId === id ? otherId : id, reason, keep: keep ?? {} });
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.comparePage(id, otherId, withError(shown, 'survivorId', error.message), 422);
    }
    return redirect(peoplePaths.duplicates(), 'They are one now. You can undo it below.');
  }

  @Post(':id/:otherId/keeping-apart')
  async keepApart(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('otherId') otherId: string): Promise<Redirect> {
    await this.merges.keepApart(actor, id, otherId);
    return redirect(peoplePaths.duplicates(), 'It is noted that they are two people.');
  }

  private async comparePage(id: string, otherId: string, form: Form<unknown>, status: number): Promise<Page> {
    const [first, second] = await Promise.all([this.people.one(id), this.people.one(otherId)]);
    if (!first || !second || id === otherId) throw new NotFound();
    const both = [first, second].map((person, index) => ({
      ...person, label: `${person.name ?? 'No name yet'} (${index === 0 ? 'first' : 'second'} record)`,
      since: formatDay(londonDay(new Date(person.createdAt))), reach: person.contacts.flatMap(({ kind, value }) => (isReachable(kind) ? [maskContact({ kind, value })] : [])),
    }));
    return page('site/compare-people', { both, form, base: peoplePaths.compare(id, otherId), calls: callsOf(await this.applications.doubles(id, otherId), id) }, status);
  }
}

/** What to choose for each call that both applied to. */
function callsOf(doubles: readonly Double[], firstId: string) {
  return [...new Set(doubles.map(({ callId }) => callId))].map((callId) => {
    const both = doubles.filter((one) => one.callId === callId);
    return {
      field: `${KEEP}${callId}`, title: both[0]!.callTitle,
      items: both.map(({ id, reference, state, personId, submittedAt }) => ({
        value: id, text: `${reference}, of the ${personId === firstId ? 'first' : 'second'} record: ${stateNames[state]}`,
        // Not when: more time to apply is an adjustment, and whoever merges may choose.
        hint: submittedAt ? 'Sent' : 'Not sent yet',
      })),
    };
  });
}

/** The fields `keep-` and a call's id become one `keep`. */
function gatherKept(body: unknown): Record<string, unknown> {
  const entries = Object.entries(asRecord(body));
  const kept = entries.filter(([name, value]) => name.startsWith(KEEP) && isId(name.slice(KEEP.length)) && isId(value));
  return {
    ...Object.fromEntries(entries.filter(([name]) => !name.startsWith(KEEP))),
    keep: Object.fromEntries(kept.map(([name, value]) => [name.slice(KEEP.length), value])),
  };
}

function asRecord(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) throw new BadRequest();
  return body as Record<string, unknown>;
}
