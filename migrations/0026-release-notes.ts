import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a lead writes into the messages of a timetable before it is released; and a released one leaves nobody of its round waiting. */
export class ReleaseNotes1700000000026 implements MigrationInterface {
  name = 'ReleaseNotes1700000000026';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table timetable
        add column note text check (length(note) between 1 and 500),
        add column joining_details text check (length(joining_details) between 1 and 500)`);
    await db.query(`alter table timetable_placement add column note text check (length(note) between 1 and 500)`);
    // Both notes as they went into the message about this time; gone when it moves.
    await db.query(`alter table booking add column note text check (length(note) between 1 and 1010)`);
    // A timetable that was made without somebody who waits in its round is not released either.
    await db.query(`
      create function timetable_leaves_nobody_waiting() returns trigger language plpgsql as $$
      begin
        if exists (
          select from application_round r join application a on a.id = r.application_id
          where r.round_id = new.round_id and a.state in ('shortlisted', 'interviewing') and a.superseded_by is null
            and exists (select from decision d where d.application_id = a.id and d.state = 'told' and d.outcome = 'shortlisted')
            and not exists (select from booking b where b.application_id = a.id and b.round_id = new.round_id and b.state = 'live')
        ) then
          raise exception 'a timetable leaves nobody of its round waiting'
            using errcode = 'check_violation', constraint = 'timetable_leaves_nobody_waiting';
        end if;
        return null;
      end $$`);
    await db.query(`
      create constraint trigger timetable_released_for_all after insert or update of state on timetable deferrable initially deferred
      for each row when (new.state = 'released') execute function timetable_leaves_nobody_waiting()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger timetable_released_for_all on timetable`);
    await db.query(`drop function timetable_leaves_nobody_waiting`);
    await db.query(`alter table booking drop column note`);
    await db.query(`alter table timetable_placement drop column note`);
    await db.query(`alter table timetable drop column note, drop column joining_details`);
  }
}
