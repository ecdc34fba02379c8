import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ownPath } from '../shared/own-path.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { BadRequest, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { addMonths } from '../shared/dates.js';
import { EnterForDto, NewPersonDto, RecordedSupporterDto, WaysDto } from './directory.dto.js';
import { DirectoryQueries } from './directory.queries.js';
import { DirectoryService } from './directory.service.js';
import { HelpingService } from './helping.service.js';
import { channelNames, scopeNames, staffChannels, supporterScopes } from './helping.rules.js';
import { peoplePaths } from './people.paths.js';
import { readContact, readTelephone } from './people.rules.js';
import { SupportersQueries } from './supporters.queries.js';
import { SupportersService } from './supporters.service.js';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const CHANNELS = staffChannels.map((value) => ({ value, text: capital(channelNames[value]) }));
const SCOPES = supporterScopes.map((value) => ({ value, text: scopeNames[value] }));

/** Finding somebody, or writing them down, to enter for them what they say. */
@ApiExcludeController()
@Controller('staff/entering')
@May('application.enter')
export class DirectoryController {
  constructor(
    private readonly queries: DirectoryQueries,
    private readonly directory: DirectoryService,
    private readonly helping: HelpingService,
    private readonly supporters: SupportersQueries,
    private readonly supporting: SupportersService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Get()
  async find(@Query('q') typed: unknown, @Query('next') next: unknown): Promise<Page> {
    const search = typeof typed === 'string' ? typed.trim().slice(0, 200) : '';
    const contact = readContact(search, !this.config.production)?.value ?? readTelephone(search);
    const people = search ? await this.queries.find(search, contact) : [];
    return page('people/directory', {
      search, next: ownPath(next) ?? '', newHref: peoplePaths.newPerson(ownPath(next)),
      people: people.map((person) => ({ ...person, href: peoplePaths.entry(person.id, ownPath(next)) })),
    });
  }

  @Get('new')
  newPerson(@Query('next') next: unknown): Page {
    return page('people/new-person', { form: emptyForm({ id: newId(), next: ownPath(next) ?? '' }) });
  }

  @Post()
  async add(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(NewPersonDto, body);
    const { dto } = form;
    if (!dto) return page('people/new-person', { form }, 422);
    const next = ownPath(dto.next);
    try {
      const values = this.directory.readWays(dto).map(({ value }) => value);
      const known = await this.queries.like({ name: dto.name, postcode: dto.postcode ?? null, birthDate: dto.birthDate ?? null, values });
      const others = known.filter(({ id }) => id !== dto.id);
      if (others.length > 0 && dto.different !== 'yes') {
        const matches = others.map((person) => ({ ...person, href: peoplePaths.entry(person.id, next) }));
        return page('people/new-person', { form: withError(form, 'different', 'Look first if one of these people is meant'), matches }, 422);
      }
      await this.directory.add(actor, dto);
    } catch (error) {
      return page('people/new-person', { form: { ...form, errors: fieldsOf(error) } }, 422);
    }
    return redirect(peoplePaths.entry(dto.id, next), `${dto.name} is written down.`);
  }

  @Get(':id')
  async one(@IdParam() id: string, @Query('next') next: unknown): Promise<Page> {
    return this.personPage(id, { next: ownPath(next) ?? '' });
  }

  @Post(':id/contacts')
  async addContacts(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(WaysDto, body);
    if (!form.dto) return this.personPage(id, { ways: form }, 422);
    try {
      await this.directory.addContacts(actor, id, form.dto);
    } catch (error) {
      return this.personPage(id, { ways: { ...form, errors: fieldsOf(error) } }, 422);
    }
    return redirect(peoplePaths.entry(id), 'Saved.');
  }

  /** From here on, until they finish, they write for this person. */
  @Post(':id/helping')
  async enterFor(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(EnterForDto, body);
    if (!form.dto) return this.personPage(id, { entering: form }, 422);
    await this.helping.enterFor(actor, id, form.dto.channel);
    return redirect(ownPath(form.dto.next) ?? '/my/applications');
  }

  @Post(':id/supporters')
  async recordSupporter(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(RecordedSupporterDto, body);
    if (!form.dto) return this.personPage(id, { supporting: form }, 422);
    try {
      await this.supporting.recordConsent(actor, id, form.dto, form.dto.channel);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.personPage(id, { supporting: withError(form, 'name', error.message) }, 422);
    }
    return redirect(peoplePaths.entry(id), `${form.dto.name} may help them now, and we send them a message.`);
  }

  private async personPage(id: string, { next = '', ways, entering, supporting }: {
    next?: string; ways?: Form<unknown>; entering?: Form<unknown>; supporting?: Form<unknown>;
  }, status = 200): Promise<Page> {
    const person = await this.queries.one(id);
    if (!person) throw new NotFound();
    const errors = [entering, ways, supporting].flatMap((form) => form?.errors ?? []);
    return page('people/person', {
      person, supporters: (await this.supporters.ofPerson(id)).map((one) => ({ ...one, does: one.scope.map((scope) => scopeNames[scope]) })),
      channels: CHANNELS, scopes: SCOPES, form: { values: {}, errors },
      entering: entering ?? emptyForm({ next }), ways: ways ?? emptyForm(),
      supporting: supporting ?? emptyForm({ id: newId(), ...dayParts('endsOn', addMonths(this.clock.today(), 6)) }),
      paths: { enter: peoplePaths.enterFor(id), contacts: peoplePaths.entryContacts(id), supporters: peoplePaths.entrySupporters(id) },
    }, status);
  }
}

/** Errors that belong to fields go to the form; anything else is no answer to it. */
function fieldsOf(error: unknown): BadRequest['errors'] {
  if (error instanceof BadRequest && error.errors.length > 0) return error.errors;
  throw error;
}
