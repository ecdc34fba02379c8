import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest } from '../platform/errors.js';
import { readForm } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { paginate, readPageNumber } from '../platform/web/pagination.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { StepDto } from './adjustments.dto.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsQueries, type ArrangementItem } from './adjustments.queries.js';
import { AdjustmentsService } from './adjustments.service.js';
import { ArrangementAnswersQueries } from './answers.queries.js';
import { FeedbackQueries } from './feedback.queries.js';
import { CallBacksQueries } from './call-backs.queries.js';
import { CallBacksService } from './call-backs.service.js';
import { DayQueries } from './day.queries.js';
import { ownPath } from '../shared/own-path.js';
import { peoplePaths } from '../people/people.paths.js';
import { arrangementStates, changedNames, endOfSoon, type ArrangementState, type Section } from './arrangement.rules.js';

const STEP_WORDS: Partial<Record<ArrangementState, string>> = {
  acknowledged: 'I have seen it',
  arranging: 'I am arranging it',
  booked: 'It is booked',
  told: 'I have told them',
  delivered: 'It was there',
  partly: 'Part of it was there',
  not_delivered: 'It was not there',
};

const STEP_DONE: Partial<Record<ArrangementState, string>> = {
  acknowledged: 'Marked as seen.',
  arranging: 'Marked as being arranged.',
  booked: 'Marked as booked. We are telling them now.',
  told: 'Marked as told.',
  delivered: 'Marked as delivered.',
  partly: 'Marked as partly delivered.',
  not_delivered: 'Marked as not delivered. It will never count as somebody not turning up.',
};

const SHOWN = 20;

const SECTIONS: { id: Section; heading: string; empty: string | null }[] = [
  { id: 'overdue', heading: 'Overdue, so at risk', empty: 'Nothing is late.' },
  { id: 'over', heading: 'Say how it went', empty: null },
  { id: 'soon', heading: 'Due this week', empty: 'Nothing is due this week.' },
  { id: 'waiting', heading: 'Waiting for the resident', empty: null },
  { id: 'later', heading: 'Later', empty: 'Nothing is due later. New requests come here when people apply.' },
  { id: 'booked', heading: 'Booked', empty: 'Nothing is booked yet.' },
];

/** An access co-ordinator's day. Nobody else has this page, and every look is written down. */
@ApiExcludeController()
@Controller('staff/arrangements')
export class ArrangementsController {
  constructor(
    private readonly adjustments: AdjustmentsService,
    private readonly queries: AdjustmentsQueries,
    private readonly callBacks: CallBacksQueries,
    private readonly calling: CallBacksService,
    private readonly dayQueries: DayQueries,
    private readonly feedback: FeedbackQueries,
    private readonly answers: ArrangementAnswersQueries,
    private readonly clock: Clock,
  ) {}

  /** All sections, each with its first items; or one section, page by page. Only whom the page shows is written down as seen. */
  @Get()
  @May('arrangement.read')
  async day(@CurrentActor() actor: Actor, @Query() query: Record<string, unknown>): Promise<Page> {
    const items = await this.queries.open();
    const wanted = SECTIONS.find(({ id }) => id === query['section']);
    const number = wanted ? readPageNumber(query['page']) : 1;
    const sections = (wanted ? [wanted] : SECTIONS).map((section) => {
      const all = items.filter((item) => item.section === section.id);
      return {
        ...section, count: all.length, items: all.slice((number - 1) * SHOWN, number * SHOWN).map(withSteps),
        until: section.id === 'soon' ? endOfSoon(this.clock.today()) : null,
        more: wanted || all.length <= SHOWN ? null : adjustmentsPaths.section(section.id, 1),
        pagination: wanted && paginate({
          page: number, size: SHOWN, total: all.length, what: 'arrangements', href: (other) => adjustmentsPaths.section(section.id, other),
        }),
      };
    });
    const toCancel = wanted ? [] : await this.queries.toCancel();
    const day = wanted ? null : await this.besides();
    const callBacks = wanted ? [] : await this.callBacks.open();
    const apologies = wanted ? [] : await this.feedback.apologies();
    const refusals = wanted ? [] : await this.answers.proposed();
    await this.adjustments.recordLook(actor, [...callBacks, ...apologies, ...refusals, ...day?.denied ?? [], ...day?.toTell ?? [], ...toCancel, ...sections.flatMap((section) => section.items)].map(({ personId }) => personId));
    const shown = sections.filter(({ count, empty }) => count > 0 || empty !== null);
    return page('adjustments/arrangements', {
      callBacks: callBacks.map((one) => ({ ...one, action: adjustmentsPaths.calledBack(one.id), enterHref: peoplePaths.person(one.personId) })),
      apologies: apologies.map((one) => ({ ...one, href: adjustmentsPaths.apologise(one.id) })),
      refusals: refusals.map((one) => ({ ...one, own: one.proposedBy === actor.personId, action: adjustmentsPaths.decideRefusal(one.id) })),
      toCancel: toCancel.map((item) => ({ ...item, action: adjustmentsPaths.cancelled(item.id) })),
      day, suppliersHref: adjustmentsPaths.suppliers(), venueHref: adjustmentsPaths.venue(), sections: shown,
      contents: [
        { id: 'apologies', text: 'Say sorry today', count: apologies.length },
        { id: 'refusals', text: 'Proposed to decline', count: refusals.length },
        { id: 'call-backs', text: 'To call', count: callBacks.length },
        { id: 'dates', text: 'Dates they did not agree to', count: day?.denied.length ?? 0 },
        { id: 'suppliers-to-tell', text: 'Suppliers to tell', count: day?.toTell.length ?? 0 },
        { id: 'to-cancel', text: 'To cancel', count: toCancel.length },
        ...shown.map(({ id, heading, count }) => ({ id, text: heading, count })),
        { id: 'to-let-go', text: 'Interpreters nobody needs now', count: day?.toLetGo.length ?? 0 },
      ].filter(({ count }) => count > 0),
      all: wanted ? adjustmentsPaths.arrangements() : null,
    });
  }

  private async besides() {
    return {
      denied: (await this.dayQueries.deniedDates()).map((one) => ({ ...one, action: adjustmentsPaths.settleDate(one.id) })),
      toTell: (await this.dayQueries.suppliersToTell()).map((one) => ({ ...one, href: adjustmentsPaths.item(one.arrangementId), action: adjustmentsPaths.supplierTold(one.id) })),
      calls: (await this.dayQueries.callsToInterpret()).map((one) => ({ ...one, href: adjustmentsPaths.interpretersOf(one.id) })),
      toLetGo: (await this.dayQueries.toLetGo()).map((one) => ({ ...one, action: adjustmentsPaths.letInterpreterGo(one.callId, one.id) })),
    };
  }

  @Post('call-backs/:id')
  @May('arrangement.write')
  async calledBack(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.calling.done(actor, id);
    return redirect(adjustmentsPaths.arrangements(), 'Marked as done.');
  }

  @Post(':id/cancellation')
  @May('arrangement.write')
  async cancelled(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Redirect> {
    await this.adjustments.recordCancelled(actor, id);
    return redirect(adjustmentsPaths.arrangements(), 'Marked as cancelled.');
  }

  @Post(':id/steps')
  @May('arrangement.write')
  async step(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Redirect> {
    const { dto } = await readForm(StepDto, body);
    if (!dto) throw new BadRequest();
    await this.adjustments.step(actor, id, dto.to, dto.version);
    return redirect(ownPath(dto.next) ?? adjustmentsPaths.arrangements(), STEP_DONE[dto.to] ?? 'Saved.');
  }
}

/** The first step is the usual one. */
function withSteps(item: ArrangementItem) {
  return {
    ...item,
    action: adjustmentsPaths.step(item.id),
    href: adjustmentsPaths.item(item.id),
    buttons: stepButtons(item.state, item.steps),
    changedText: item.changed && changedNames[item.changed],
    offerHref: arrangementStates.can(item.state, 'alternative_offered') ? adjustmentsPaths.offerAlternative(item.id) : null,
    refuseHref: adjustmentsPaths.refuse(item.id), personHref: adjustmentsPaths.person(item.personId),
  };
}

/** What can be done next, in a co-ordinator's words; the usual one first. */
export function stepButtons(state: ArrangementState, steps: readonly ArrangementState[]): { to: ArrangementState; text: string }[] {
  return steps.map((to) => ({ to, text: wordsFor(state, to) }));
}

function wordsFor(state: ArrangementState, to: ArrangementState): string {
  if (to === 'arranging' && (state === 'booked' || state === 'told')) return 'It fell through: arrange it again';
  return STEP_WORDS[to] ?? to;
}
