import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DiaryService } from '../diary/diary.service.js';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint, Database } from '../platform/database.js';
import { BadRequest, Conflict, NotFound } from '../platform/errors.js';
import type { ChangeSupplierDto, SupplierDto, SupplierRateDto } from './suppliers.dto.js';

/** Interpreters, agencies and firms: who they are, what they cost and what it costs to cancel them. */
@Injectable()
export class SuppliersService {
  constructor(
    private readonly database: Database,
    private readonly diary: DiaryService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Adding the same again changes nothing. Throws `BadRequest` with the field. */
  async add(actor: Actor | null, dto: SupplierDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      if ((await tx.query<unknown[]>(`select 1 from supplier where id = $1`, [dto.id])).length > 0) return;
      const interprets = await this.check(tx, dto);
      const resourceId = interprets.length > 0 ? await this.diary.addInterpreter(tx, dto.name, interprets) : null;
      await tx.query(
        `insert into supplier (id, kind, name, skills, about, agency_id, registration_body, registration_number, registration_checked_on, email, phone,
           part_fee_percent, part_fee_days, full_fee_days, pack_days, resource_id, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
        [dto.id, dto.kind, ...columnsOf(dto), resourceId, actor?.personId ?? null, this.clock.now()]);
      await this.audit.record(tx, actor, 'supplier.added', { type: 'supplier', id: dto.id });
    });
  }

  /** Throws `NotFound`; `Conflict` when somebody has changed it meanwhile; `BadRequest` with the field. */
  async change(actor: Actor, dto: ChangeSupplierDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [known] = await tx.query<{ version: number; resourceId: string | null }[]>(
        `select version, resource_id as "resourceId" from supplier where id = $1 for update`, [dto.id]);
      if (!known) throw new NotFound();
      if (known.version !== dto.version) throw new Conflict('Somebody has changed this supplier meanwhile. Look at it again before you go on.');
      const interprets = await this.check(tx, dto);
      if (known.resourceId && interprets.length === 0) throw wrong('skills', 'They are held or booked as an interpreter. Leave one of those ticked');
      if (known.resourceId) await this.diary.describeInterpreter(tx, known.resourceId, dto.name, interprets);
      const resourceId = known.resourceId ?? (interprets.length > 0 ? await this.diary.addInterpreter(tx, dto.name, interprets) : null);
      await tx.query(
        `update supplier set kind = $2, name = $3, skills = $4, about = $5, agency_id = $6, registration_body = $7, registration_number = $8,
           registration_checked_on = $9, email = $10, phone = $11, part_fee_percent = $12, part_fee_days = $13, full_fee_days = $14, pack_days = $15,
           resource_id = $16, version = version + 1 where id = $1`,
        [dto.id, dto.kind, ...columnsOf(dto), resourceId]);
      await this.audit.record(tx, actor, 'supplier.changed', { type: 'supplier', id: dto.id });
    });
  }

  /** From its day on. Throws `NotFound`; `BadRequest` when another rate begins the same day. */
  async addRate(actor: Actor | null, supplierId: string, dto: SupplierRateDto): Promise<void> {
    await this.database.transaction(async (tx) => {
      if ((await tx.query<unknown[]>(`select 1 from supplier where id = $1`, [supplierId])).length === 0) throw new NotFound();
      try {
        const made = await tx.query<unknown[]>(
          `insert into supplier_rate (id, supplier_id, from_on, pence, unit, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (id) do nothing returning 1`,
          [dto.id, supplierId, dto.fromOn, dto.rate, dto.unit, actor?.personId ?? null, this.clock.now()]);
        if (made.length > 0) await this.audit.record(tx, actor, 'supplier.rate-added', { type: 'supplier', id: supplierId });
      } catch (error) {
        if (brokenConstraint(error) === 'supplier_rate_one_a_day') throw wrong('fromOn', 'There is a rate from that day on already. Choose another day');
        throw error;
      }
    });
  }

  /** No longer asked; what is booked goes on. Twice is once. */
  async end(actor: Actor, supplierId: string, ended: boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [known] = await tx.query<{ ended: boolean }[]>(`select ended_at is not null as ended from supplier where id = $1 for update`, [supplierId]);
      if (!known) throw new NotFound();
      if (known.ended === ended) return;
      await tx.query(`update supplier set ended_at = $2, version = version + 1 where id = $1`, [supplierId, ended ? this.clock.now() : null]);
      await this.audit.record(tx, actor, ended ? 'supplier.ended' : 'supplier.taken-up', { type: 'supplier', id: supplierId });
    });
  }

  /** What can be checked only here. Gives the skills for which one person is in one place at a time. */
  private async check(tx: EntityManager, dto: SupplierDto): Promise<string[]> {
    if (dto.partDays < dto.fullDays) throw wrong('partDays', 'The part fee must begin on the same day as the full fee, or earlier');
    if (dto.kind === 'agency' && dto.agencyId) throw wrong('agencyId', 'An agency comes through no agency');
    if (dto.registrationCheckedOn && dto.registrationCheckedOn > this.clock.today()) throw wrong('registrationCheckedOn', 'The day you checked can’t be in the future');
    if (dto.agencyId) {
      const found = await tx.query<unknown[]>(`select 1 from supplier where id = $1 and kind = 'agency'`, [dto.agencyId]);
      if (found.length === 0) throw wrong('agencyId', 'Choose from the list');
    }
    const kinds = await tx.query<{ code: string; skill: string | null }[]>(`select code, skill from adjustment_kind where code = any($1)`, [dto.skills]);
    if (kinds.length !== new Set(dto.skills).size) throw wrong('skills', 'Choose from the list');
    return dto.kind === 'person' ? kinds.flatMap(({ skill }) => skill ?? []) : [];
  }
}

function columnsOf(dto: SupplierDto): unknown[] {
  return [dto.name, [...new Set(dto.skills)], dto.about ?? null, dto.agencyId ?? null, dto.registrationBody ?? null, dto.registrationNumber ?? null,
    dto.registrationCheckedOn ?? null, dto.email ?? null, dto.phone ?? null, dto.partPercent, dto.partDays, dto.fullDays, dto.packDays];
}

function wrong(field: string, message: string): BadRequest {
  return new BadRequest(message, [{ field, message }]);
}
