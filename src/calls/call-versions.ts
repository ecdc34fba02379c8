import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { fileStateWords, isReadable, sizeWords, type FileState } from '../platform/files/file.rules.js';
import { versionName, type VersionKind } from './call-version.rules.js';
import { callDocument } from './call.document.js';
import { CallsQueries, type CallDetail } from './calls.queries.js';

interface VersionRow {
  id: string;
  kind: VersionKind;
  language: string | null;
  url: string | null;
  fileId: string | null;
  fileState: FileState | null;
  fileName: string | null;
  size: number | null;
  sourceHash: string;
  addedBy: string;
  addedAt: Date;
}

export interface CallVersion extends VersionRow {
  name: string;
  /** "PDF, 1.2 MB", or where the link leads. */
  what: string;
  /** People can open it. */
  ready: boolean;
  fileStateText: string | null;
  /** The call's words were changed after it was made. */
  stale: boolean;
}

const OF_CALL = {
  name: 'call-versions',
  text: `select v.id, v.kind, v.language, v.url, v.file_id as "fileId", f.state as "fileState", f.name as "fileName", f.size::float8 as size,
           encode(v.source_hash, 'hex') as "sourceHash", p.name as "addedBy", v.added_at as "addedAt"
         from call_version v join person p on p.id = v.added_by left join stored_file f on f.id = v.file_id
         where v.call_id = $1 and v.removed_at is null
         order by array_position(array['easy_read', 'bsl', 'audio', 'braille', 'translation'], v.kind), v.language, v.added_at`,
};

@Injectable()
export class CallVersionsQueries {
  constructor(private readonly database: Database, private readonly calls: CallsQueries) {}

  /** Every version of a call that stands, with whether it still says what the call says. */
  async of(call: CallDetail): Promise<CallVersion[]> {
    const now = sourceHash(call).toString('hex');
    return (await this.database.rows<VersionRow>(OF_CALL, [call.id])).map((row) => ({
      ...row,
      name: versionName(row.kind, row.language),
      what: row.url ? `on ${new URL(row.url).hostname}` : `${row.fileName!.split('.').at(-1)!.toUpperCase()}, ${sizeWords(row.size!)}`,
      ready: row.url !== null || isReadable(row.fileState!),
      fileStateText: row.fileState && fileStateWords[row.fileState],
      stale: row.sourceHash !== now,
    }));
  }

  /** Those that people can open and that say what the call says now: what was ordered has arrived. */
  async current(callId: string): Promise<CallVersion[]> {
    const call = await this.calls.detail(callId);
    return call ? (await this.of(call)).filter(({ ready, stale }) => ready && !stale) : [];
  }
}

/** Of all that the call tells people; who to call and its address are not its words. */
export function sourceHash(call: CallDetail): Buffer {
  return createHash('sha256').update(JSON.stringify(callDocument(call, { phone: '', textNumber: '', email: '' }, ''))).digest();
}
