import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rooms say what they have; what people share can be held for a call before anybody has a time. */
export class Arranging1700000000022 implements MigrationInterface {
  name = 'Arranging1700000000022';

  async up(db: QueryRunner): Promise<void> {
    await this.resources(db);
    await this.holds(db);
  }

  private async resources(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table resource
        add column features text[] not null default '{}',
        add column skills text[] not null default '{}',
        add constraint resource_features_of_rooms check (kind = 'room' or features = '{}'),
        add constraint resource_skills_of_interpreters check ((kind = 'interpreter') = (skills <> '{}'))`);
  }

  private async holds(db: QueryRunner): Promise<void> {
    // On whose account an occasion takes what it takes: its call, its group, or itself.
    await db.query(`alter table occasion add column holder_id uuid`);
    await db.query(`update occasion o set holder_id = s.call_id from slot s where s.occasion_id = o.id`);
    await db.query(`update occasion o set holder_id = m.group_id from meeting m where m.occasion_id = o.id`);
    await db.query(`
      alter table reservation
        alter column occasion_id drop not null,
        add column holder_id uuid,
        add constraint reservation_hold_is_firm check (occasion_id is not null or firm)`);
    await db.query(`
      update reservation r set holder_id = coalesce(o.holder_id, o.id) from occasion o where o.id = r.occasion_id`);
    await db.query(`alter table reservation alter column holder_id set not null`);
    // Whoever names another holder for an occasion is not believed.
    await db.query(`
      create function reservation_holder() returns trigger language plpgsql as $$
      begin
        if new.occasion_id is not null then
          select coalesce(o.holder_id, o.id) into new.holder_id from occasion o where o.id = new.occasion_id;
        end if;
        return new;
      end $$`);
    await db.query(`
      create trigger reservation_holder before insert or update of occasion_id, holder_id on reservation
      for each row execute function reservation_holder()`);
    // One place at a time; what is held for a call is nobody else's, but its own interviews may take it; and it is held once.
    await db.query(`
      alter table reservation
        drop constraint reservation_no_overlap,
        add constraint reservation_no_overlap exclude using gist (resource_id with =, during with &&)
          where (firm and released_at is null and occasion_id is not null)`);
    await db.query(`
      alter table reservation add constraint reservation_held_by_another
        exclude using gist (resource_id with =, during with &&, holder_id with <>) where (firm and released_at is null)`);
    await db.query(`
      alter table reservation add constraint reservation_held_once
        exclude using gist (resource_id with =, during with &&) where (released_at is null and occasion_id is null)`);
    await db.query(`create index reservation_holds on reservation (holder_id) where released_at is null and occasion_id is null`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger reservation_holder on reservation`);
    await db.query(`drop function reservation_holder`);
    await db.query(`delete from reservation where occasion_id is null`);
    await db.query(`
      alter table reservation
        drop constraint reservation_held_once,
        drop constraint reservation_held_by_another,
        drop constraint reservation_no_overlap,
        drop constraint reservation_hold_is_firm,
        drop column holder_id,
        alter column occasion_id set not null,
        add constraint reservation_no_overlap exclude using gist (resource_id with =, during with &&) where (firm and released_at is null)`);
    await db.query(`alter table occasion drop column holder_id`);
    await db.query(`
      alter table resource drop constraint resource_features_of_rooms, drop constraint resource_skills_of_interpreters,
        drop column features, drop column skills`);
  }
}
