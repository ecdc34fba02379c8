import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { Audit } from '../platform/audit.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { NotFound, refuseUnless } from '../platform/errors.js';
import { Files } from '../platform/files/files.service.js';
import { canAddVersion, type VersionKind } from './call-version.rules.js';
import { sourceHash } from './call-versions.js';
import { Call } from './call.entity.js';
import { CallsQueries } from './calls.queries.js';

export interface NewVersion {
  id: string;
  kind: VersionKind;
  language: string | null;
  fileId: string | null;
  url: string | null;
}

/** The same call for people who read, hear or sign it another way. */
@Injectable()
export class CallVersionsService {
  constructor(
    private readonly database: Database,
    private readonly calls: CallsQueries,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Kept with the words the call has now: whoever changes those later sees that this version is out of date. */
  async add(actor: Actor, callId: string, { id, kind, language, fileId, url }: NewVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      const call = await tx.findOne(Call, { where: { id: callId }, lock: { mode: 'pessimistic_write' } });
      if (!call) throw new NotFound();
      const [there] = await tx.query<unknown[]>(`select 1 from call_version where id = $1 and call_id = $2`, [id, callId]);
      if (there) return;
      refuseUnless(canAddVersion(call));
      if (fileId) await this.files.attach(tx, actor, fileId, 'call_version');
      await tx.query(
        `insert into call_version (id, call_id, kind, language, file_id, url, source_hash, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, callId, kind, language, fileId, url, sourceHash((await this.calls.detail(callId))!), actor.personId, this.clock.now()]);
      await this.audit.record(tx, actor, 'call.version-added', { type: 'call', id: callId }, { kind });
    });
  }

  async remove(actor: Actor, callId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [version] = await tx.query<{ file_id: string | null }[]>(
        `select file_id from call_version where id = $1 and call_id = $2 and removed_at is null for update`, [id, callId]);
      if (!version) throw new NotFound();
      await tx.query(`update call_version set removed_at = $2 where id = $1`, [id, this.clock.now()]);
      if (version.file_id) await this.files.remove(tx, actor, version.file_id);
      await this.audit.record(tx, actor, 'call.version-removed', { type: 'call', id: callId });
    });
  }
}
