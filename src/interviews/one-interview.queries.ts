import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { formatSpan } from '../shared/dates.js';
import { InterviewsQueries, placeOf, type BookingDetail } from './interviews.queries.js';
import type { InterviewOutcome } from './booking.rules.js';
import { SlotFit } from './slot-fit.queries.js';
import { fitWords } from './slot-fit.rules.js';

/** One interview, as whoever schedules sees it. */
export interface InterviewForStaff extends BookingDetail {
  person: string | null;
  callId: string;
  shortName: string;
  roundName: string;
  cancelReason: string | null;
  lateMinutes: number | null;
  outcome: InterviewOutcome | null;
}

/** A free time with whether it fits: minutes and dates, never why. */
export interface PlaceableTime {
  value: string;
  text: string;
  hint: string;
  fits: boolean;
}

const MORE = {
  name: 'interview-for-staff',
  text: `select p.name as person, c.id as "callId", c.short_name as "shortName", r.name as "roundName", b.cancel_reason as "cancelReason",
           b.late_minutes as "lateMinutes", i.outcome
         from booking b join application a on a.id = b.application_id join person p on p.id = a.person_id join call c on c.id = a.call_id
         join interview_round r on r.id = b.round_id left join interview_outcome i on i.booking_id = b.id where b.id = $1`,
};

const OUTCOMES = {
  name: 'interview-outcomes',
  text: `select o.starts_at as "startsAt", r.name as "roundName", i.outcome from interview_outcome i join booking b on b.id = i.booking_id
         join interview_round r on r.id = b.round_id join slot s on s.id = b.slot_id join occasion o on o.id = s.occasion_id
         where b.application_id = $1 order by o.starts_at`,
};

const PANEL_OF = {
  name: 'interview-people-concerned',
  text: `select distinct p.id, p.name from slot s join slot_panel sp on sp.slot_id = s.id join person p on p.id = sp.person_id where s.id = any($1) order by p.name`,
};

const PERSON = { name: 'interview-applicant', text: `select p.id, p.name from application a join person p on p.id = a.person_id where a.id = $1` };

@Injectable()
export class OneInterviewQueries {
  constructor(private readonly database: Database, private readonly interviews: InterviewsQueries, private readonly slotFit: SlotFit) {}

  async one(bookingId: string): Promise<InterviewForStaff | null> {
    const booking = await this.interviews.booking(bookingId);
    const more = await this.database.row<Omit<InterviewForStaff, keyof BookingDetail>>(MORE, [bookingId]);
    return booking && more && { ...booking, ...more };
  }

  /** What followed from each interview of an application. */
  async outcomesOf(applicationId: string): Promise<{ startsAt: Date; roundName: string; outcome: InterviewOutcome }[]> {
    return this.database.rows(OUTCOMES, [applicationId]);
  }

  /** The free times of their round, those that fit first. */
  async timesFor(applicationId: string): Promise<PlaceableTime[]> {
    const slots = await this.interviews.freeSlots(applicationId);
    if (!slots[0]) return [];
    const fits = await this.slotFit.of(slots[0].personId, slots[0].callId, slots);
    return slots.map((slot, index) => ({
      value: slot.slotId, text: formatSpan(slot.startsAt, slot.endsAt), hint: `${fitWords(fits[index]!)}. ${placeOf(slot)}`, fits: fits[index]!.fits,
    }));
  }

  /** Everybody who would be at one of these times: who is asked when a day is too soon, so that nobody can be told from it. */
  async concerned(applicationId: string, slotIds: readonly string[]): Promise<{ value: string; text: string }[]> {
    const [applicant] = await this.database.rows<{ id: string; name: string | null }>(PERSON, [applicationId]);
    const panel = await this.database.rows<{ id: string; name: string | null }>(PANEL_OF, [slotIds]);
    return [applicant!, ...panel].map(({ id, name }) => ({ value: id, text: name ?? 'No name yet' }));
  }
}
