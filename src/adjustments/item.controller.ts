import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { BadRequest, Conflict, NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { SettingsReader } from '../platform/settings.js';
import { dayParts, emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { BudgetQueries } from '../budgets/budgets.queries.js';
import { PeopleQueries } from '../people/people.queries.js';
import { adjustmentsPaths } from './adjustments.paths.js';
import { AdjustmentsService } from './adjustments.service.js';
import { arrangementStates, changedNames, nextSteps, openStates, stateNames, stateTones } from './arrangement.rules.js';
import { stepButtons } from './arrangements.controller.js';
import { BookSupplierDto, CostDto, ItemDto, ItemNoteDto } from './item.dto.js';
import { ItemQueries, type BookingRow, type Candidate, type Item } from './item.queries.js';
import { ItemService } from './item.service.js';
import { historyWords } from './item.words.js';
import { interpretersFor } from './safe-dates.rules.js';
import { feeStep } from './supplier.rules.js';

const MINUTE = 60_000;

/** One thing a co-ordinator arranges, on a page of its own. Each look is written down. */
@ApiExcludeController()
@Controller('staff/arrangements')
export class ItemController {
  constructor(
    private readonly service: ItemService,
    private readonly queries: ItemQueries,
    private readonly adjustments: AdjustmentsService,
    private readonly people: PeopleQueries,
    private readonly budgets: BudgetQueries,
    private readonly settings: SettingsReader,
    private readonly clock: Clock,
  ) {}

  @Get(':id')
  @May('arrangement.read')
  async one(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.itemPage(actor, id, {});
  }

  @Post(':id')
  @May('arrangement.write')
  async change(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const form = await readForm(ItemDto, body);
    const { dto } = form;
    if (!dto) return this.itemPage(actor, id, { form }, 422);
    const refused = await saved(form, '', () => this.service.change(actor, id, dto));
    return refused ? this.itemPage(actor, id, { form: refused }, 422) : redirect(adjustmentsPaths.item(id), 'The changes are saved.');
  }

  @Post(':id/bookings')
  @May('arrangement.write')
  async book(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const booking = await readForm(BookSupplierDto, body);
    const { dto } = booking;
    if (!dto) return this.itemPage(actor, id, { booking }, 422);
    const refused = await saved(booking, 'supplierId', () => this.service.book(actor, id, dto));
    return refused ? this.itemPage(actor, id, { booking: refused }, 422) : redirect(adjustmentsPaths.item(id), 'They are booked.');
  }

  @Post(':id/bookings/:bookingId/release')
  @May('arrangement.write')
  async release(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('bookingId') bookingId: string): Promise<Redirect> {
    await this.service.release(actor, id, bookingId);
    return redirect(adjustmentsPaths.item(id), 'They are not booked any more. Their time is free.');
  }

  @Post(':id/bookings/:bookingId/cost')
  @May('arrangement.write')
  async cost(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('bookingId') bookingId: string, @Body() body: unknown): Promise<Page | Redirect> {
    const cost = await readForm(CostDto, body);
    if (!cost.dto) return this.itemPage(actor, id, { cost }, 422);
    await this.service.recordCost(actor, id, bookingId, cost.dto.actual);
    return redirect(adjustmentsPaths.item(id), 'The cost is saved.');
  }

  @Post('suppliers-told/:bookingId')
  @May('arrangement.write')
  async told(@CurrentActor() actor: Actor, @IdParam('bookingId') bookingId: string): Promise<Redirect> {
    await this.service.told(actor, bookingId);
    return redirect(adjustmentsPaths.arrangements(), 'Marked as told.');
  }

  @Post(':id/notes')
  @May('arrangement.write')
  async note(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const note = await readForm(ItemNoteDto, body);
    if (!note.dto) return this.itemPage(actor, id, { note }, 422);
    await this.service.note(actor, id, note.dto);
    return redirect(adjustmentsPaths.item(id), 'The note is there for whoever goes on with it.');
  }

  @Post(':id/notes/:noteId/done')
  @May('arrangement.write')
  async noteDone(@CurrentActor() actor: Actor, @IdParam() id: string, @IdParam('noteId') noteId: string): Promise<Redirect> {
    await this.service.finishNote(actor, id, noteId);
    return redirect(adjustmentsPaths.item(id), 'The note is done.');
  }

  private async itemPage(actor: Actor, id: string, forms: { form?: Form<unknown>; booking?: Form<unknown>; cost?: Form<unknown>; note?: Form<unknown> }, status = 200): Promise<Page> {
    const item = await this.queries.item(id);
    if (!item) throw new NotFound();
    await this.adjustments.recordLook(actor, [item.personId]);
    const today = this.clock.today();
    const bookings = await this.queries.bookings(id);
    const open = openStates.includes(item.state);
    const coordinators = (await this.people.withRole('access_coordinator')).map((one) => ({ value: one.id, text: one.name ?? 'Somebody without a name yet' }));
    return page('adjustments/item', {
      item, open, stateName: stateNames[item.state], tone: stateTones[item.state], changed: item.changed && changedNames[item.changed],
      late: open && item.dueOn < today, buttons: stepButtons(item.state, nextSteps(item, today)), stepAction: adjustmentsPaths.step(id),
      missing: await this.missing(item, bookings), bookings: bookings.map((booking) => withWords(booking, id, today)),
      candidates: (await this.queries.candidates(item)).filter(({ wish }) => wish !== 'refuse').map(toChoice),
      refused: (await this.queries.candidates(item)).filter(({ wish }) => wish === 'refuse').map(({ name }) => name),
      lines: [{ value: '', text: 'The budget of the group it is for' }, ...(await this.budgets.lines()).map((line) => ({ value: line.id, text: `${line.name} ${line.financialYear}` }))],
      coordinators, deputies: [{ value: '', text: 'Nobody' }, ...coordinators], notes: (await this.queries.notes(id)).map((note) => ({ ...note, action: adjustmentsPaths.itemNoteDone(id, note.id) })),
      history: (await this.queries.history(id)).map((line) => ({ ...line, words: historyWords(line) })),
      form: forms.form ?? emptyForm({ ...item, ...dayParts('dueOn', item.dueOn) }), booking: forms.booking ?? emptyForm({ id: newId() }),
      cost: forms.cost ?? emptyForm(), note: forms.note ?? emptyForm({ id: newId() }),
      paths: { back: adjustmentsPaths.arrangements(), item: adjustmentsPaths.item(id), bookings: adjustmentsPaths.itemBookings(id), notes: adjustmentsPaths.itemNotes(id), suppliers: adjustmentsPaths.suppliers(),
        offer: arrangementStates.can(item.state, 'alternative_offered') ? adjustmentsPaths.offerAlternative(id) : null, refuse: adjustmentsPaths.refuse(id), person: adjustmentsPaths.person(item.personId) },
    }, status);
  }

  private async missing(item: Item, bookings: readonly BookingRow[]): Promise<number> {
    const alone = (await this.settings.current())['adjustments.interpreter-alone-minutes'];
    const minutes = item.startsAt && item.endsAt ? (item.endsAt.getTime() - item.startsAt.getTime()) / MINUTE : 0;
    return Math.max(0, (item.skill ? interpretersFor(minutes, alone) : 1) - bookings.filter(({ releasedAt }) => !releasedAt).length);
  }
}

function toChoice({ supplierId, name, agency, wish, free }: Candidate) {
  const hints = [wish === 'prefer' && 'They prefer this one', free === false && 'Taken at that time', free === true && 'Free then', agency && `through ${agency}`];
  return { value: supplierId, text: name, hint: hints.filter((hint) => typeof hint === 'string').join(', ') };
}

function withWords(booking: BookingRow, itemId: string, today: string) {
  return {
    ...booking, fee: feeStep(booking, booking.forOn, today), free: adjustmentsPaths.letGo(itemId, booking.id), costAction: adjustmentsPaths.itemCost(itemId, booking.id),
  };
}

/** Null when it was saved; else the form with what the service found wrong. */
async function saved<T>(form: Form<T>, field: string, save: () => Promise<void>): Promise<Form<T> | null> {
  try {
    await save();
    return null;
  } catch (error) {
    if (error instanceof BadRequest && error.errors.length > 0) return { ...form, errors: [...error.errors], dto: null };
    if (error instanceof Conflict || error instanceof RuleViolation) return withError(form, field, error.message);
    throw error;
  }
}
