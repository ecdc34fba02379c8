import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';

export interface HandOverNote {
  id: string;
  text: string;
  applicationId: string | null;
  callId: string | null;
}

export interface OpenNote extends HandOverNote {
  by: string | null;
  createdAt: Date;
}

const NOTES = {
  name: 'hand-over-notes-open',
  text: `select n.id, n.text, n.application_id as "applicationId", n.call_id as "callId", p.name as by, n.created_at as "createdAt"
         from hand_over_note n join person p on p.id = n.written_by
         where n.done_at is null and n.job_share_id in (select r.job_share_id from role_assignment r
             where r.person_id = $1 and r.from_on <= $4 and (r.to_on is null or r.to_on >= $4))
           and ($2::uuid is null or n.application_id = $2) and ($3::uuid is null or n.call_id = $3)
         order by n.created_at`,
};

const JOB_SHARE = {
  name: 'hand-over-job-share',
  text: `select job_share_id as id from role_assignment
         where person_id = $1 and job_share_id is not null and from_on <= $2 and (to_on is null or to_on >= $2) order by from_on desc limit 1`,
};

/** What partners in a job tell each other at the end of their days. */
@Injectable()
export class HandOver {
  constructor(private readonly database: Database, private readonly audit: Audit, private readonly clock: Clock) {}

  /** Null for somebody who shares no job. */
  async jobShareOf(actor: Actor): Promise<string | null> {
    return (await this.database.row<{ id: string }>(JOB_SHARE, [actor.personId, this.clock.today()]))?.id ?? null;
  }

  /** Not done yet; of all, or about one application or call. */
  async open(actor: Actor, about: { applicationId?: string; callId?: string } = {}): Promise<OpenNote[]> {
    return this.database.rows<OpenNote>(NOTES, [actor.personId, about.applicationId ?? null, about.callId ?? null, this.clock.today()]);
  }

  /** For the page of what the notes are about; null for somebody who shares no job. `id` is for a new one. */
  async here(actor: Actor, about: { applicationId?: string; callId?: string }): Promise<{ id: string; notes: OpenNote[] } | null> {
    return await this.jobShareOf(actor) === null ? null : { id: newId(), notes: await this.open(actor, about) };
  }

  /** Throws `NotFound` for somebody who shares no job. The same note again changes nothing. */
  async write(actor: Actor, note: HandOverNote): Promise<void> {
    const jobShareId = await this.jobShareOf(actor);
    if (!jobShareId) throw new NotFound();
    await this.database.transaction(async (tx) => {
      const known = await tx.query<unknown[]>(
        `select 1 where ($1::uuid is null or exists (select from application where id = $1)) and ($2::uuid is null or exists (select from call where id = $2))`,
        [note.applicationId, note.callId]);
      if (known.length === 0) throw new NotFound();
      const made = await tx.query<unknown[]>(
        `insert into hand_over_note (id, job_share_id, written_by, text, application_id, call_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning 1`,
        [note.id, jobShareId, actor.personId, note.text, note.applicationId, note.callId, this.clock.now()]);
      if (made.length > 0) await this.audit.record(tx, actor, 'hand-over-note.written', { type: 'hand_over_note', id: note.id });
    });
  }

  /** By either partner. Somebody else's is `NotFound`. */
  async finish(actor: Actor, noteId: string): Promise<void> {
    const jobShareId = await this.jobShareOf(actor);
    await this.database.transaction(async (tx) => {
      const [note] = await tx.query<{ done: boolean }[]>(
        `select done_at is not null as done from hand_over_note where id = $1 and job_share_id = $2 for update`, [noteId, jobShareId]);
      if (!note) throw new NotFound();
      if (note.done) return;
      await tx.query(`update hand_over_note set done_at = $2, done_by = $3 where id = $1`, [noteId, this.clock.now(), actor.personId]);
      await this.audit.record(tx, actor, 'hand-over-note.done', { type: 'hand_over_note', id: noteId });
    });
  }
}
