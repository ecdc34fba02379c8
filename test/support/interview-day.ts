import { DiaryService } from '../../src/diary/diary.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import type { NewSlotsDto } from '../../src/interviews/interviews.dto.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import type { TestApp } from './app.js';
import { callToReview, type CallToReview } from './review.js';

/** A closed call with criteria, whose applicants were told that they are shortlisted, and a room. */
export interface CallToInterview extends CallToReview {
  roomId: string;
}

export async function callToInterview(t: TestApp, people = 3): Promise<CallToInterview> {
  const call = await callToReview(t, { people, blind: false });
  const ids = call.applicants.map(({ applicationId }) => applicationId);
  await t.owner.query(`update application set state = 'shortlisted' where id = any($1)`, [ids]);
  await t.owner.query(
    `insert into decision (id, application_id, outcome, state, state_before, reason, decided_by, decided_at)
     select gen_random_uuid(), id, 'shortlisted', 'pending', 'submitted', '-', $2, $3 from unnest($1::uuid[]) as id`, [ids, call.dana.personId, t.clock.now()]);
  await t.owner.query(
    `update decision set state = 'applied', applied_by = decided_by, applied_at = decided_at, co_decided_by = $2 where application_id = any($1)`, [ids, call.ruth.personId]);
  await t.owner.query(`update decision set state = 'told', told_at = $2, telling_at = $2 where application_id = any($1)`, [ids, t.clock.now()]);
  const roomId = await t.app.get(Database).transaction((tx) => t.app.get(DiaryService).addRoom(tx, 'Town Hall, room 3', 'Step-free.'));
  return { ...call, roomId };
}

/** Times of 40 minutes with a quarter of an hour between them; the ids of the slots in order. */
export async function addTimes(t: TestApp, call: CallToInterview, day: string, startTime: string, count: number, more: Partial<NewSlotsDto> = {}): Promise<string[]> {
  await t.app.get(SlotsService).create(call.dana, call.id, {
    id: newId(), day, startTime, length: 40, count, gap: 15, format: 'in_person', roomId: call.roomId,
    panel: [call.dana.personId, call.ruth.personId, call.olu.personId], ...more,
  });
  const { rows } = await t.owner.query<{ id: string }>(
    `select s.id from slot s join occasion o on o.id = s.occasion_id
     where s.call_id = $1 and (o.starts_at at time zone 'Europe/London')::date = $2 and s.removed_at is null order by o.starts_at`, [call.id, day]);
  return rows.map(({ id }) => id);
}

export async function book(t: TestApp, applicant: { actor: Actor; applicationId: string }, slotId: string): Promise<string> {
  return t.app.get(InterviewsService).book(applicant.actor, slotId, applicant.applicationId);
}

/** A page as somebody who is signed in sees it. */
export async function pageFor(t: TestApp, actor: Actor, path: string): Promise<{ status: number; text: string; type: string | null }> {
  const cookie = `alongside=${await t.app.get(SignInService).openFor(actor.personId)}`;
  const response = await fetch(t.url + path, { headers: { cookie }, redirect: 'manual' });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}
