import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { fileStateWords, isReadable, sizeWords, type FileState } from '../platform/files/file.rules.js';
import type { ApplicationState } from './application.rules.js';
import { kindWords, transcriptWords, type RecordingKind } from './recording.rules.js';

interface RecordingRow {
  id: string;
  applicationId: string;
  questionId: string | null;
  questionText: string | null;
  kind: RecordingKind;
  fileId: string;
  fileState: FileState;
  /** As its sender called it: only they see it. */
  name: string;
  mediaType: string;
  size: number;
  transcript: string | null;
  transcriptBy: string | null;
  transcriptVerdict: 'right' | 'change' | null;
  transcriptWish: string | null;
}

export interface Recording extends RecordingRow {
  kindName: string;
  sizeText: string;
  readable: boolean;
  fileStateText: string;
  /** For staff: the reference and a number, and nothing that its sender wrote. */
  neutralName: string;
  transcriptText: string;
}

export interface RecordedApplication {
  id: string;
  reference: string;
  state: ApplicationState;
  callTitle: string;
  submitted: boolean;
}

const COLUMNS = `r.id, r.application_id as "applicationId", r.question_id as "questionId", r.question_text as "questionText", r.kind, r.file_id as "fileId",
  f.state as "fileState", f.name, f.media_type as "mediaType", f.size::float8 as size,
  r.transcript, p.name as "transcriptBy", r.transcript_verdict as "transcriptVerdict", r.transcript_wish as "transcriptWish", a.reference
  from recording r join stored_file f on f.id = r.file_id join application a on a.id = r.application_id
  left join question q on q.id = r.question_id left join person p on p.id = r.transcript_by`;

const OF_APPLICATION = {
  name: 'recordings-of-application',
  text: `select ${COLUMNS} where r.application_id = $1 and r.removed_at is null order by r.kind = 'scan', q.position nulls first, r.id`,
};
const APPLICATION = {
  name: 'recordings-application',
  text: `select a.id, a.reference, a.state, c.title as "callTitle", a.submitted_at is not null as submitted from application a join call c on c.id = a.call_id where a.id = $1`,
};
/** A voice, a face or a signature says who it is. */
const HIDDEN = {
  name: 'recordings-hidden-from',
  text: `select 1 from application a join review_phase p on p.call_id = a.call_id and p.state = 'open' and p.blind
         join reviewer w on w.phase_id = p.id and w.removed_at is null
         where a.id = $1 and w.person_id = $2 limit 1`,
};
const OWNER = { name: 'recordings-owner', text: `select person_id as "personId" from application where id = $1` };

@Injectable()
export class RecordingsQueries {
  constructor(private readonly database: Database) {}

  /** The recordings and scans that stand, in the order of the questions. */
  async of(applicationId: string): Promise<Recording[]> {
    const rows = await this.database.rows<RecordingRow & { reference: string }>(OF_APPLICATION, [applicationId]);
    return rows.map(({ reference, ...row }, index) => ({
      ...row,
      kindName: kindWords[row.kind],
      sizeText: sizeWords(row.size),
      readable: isReadable(row.fileState),
      fileStateText: fileStateWords[row.fileState],
      neutralName: `${reference}-${index + 1}.${row.name.split('.').at(-1)}`,
      transcriptText: transcriptWords[row.transcriptVerdict ?? 'none'],
    }));
  }

  async one(applicationId: string, id: string): Promise<Recording | null> {
    return (await this.of(applicationId)).find((recording) => recording.id === id) ?? null;
  }

  async isOwn(applicationId: string, personId: string): Promise<boolean> {
    return (await this.database.row<{ personId: string }>(OWNER, [applicationId]))?.personId === personId;
  }

  /** Whether this person scores the call without names just now. */
  async areHiddenFrom(personId: string, applicationId: string): Promise<boolean> {
    return (await this.database.row(HIDDEN, [applicationId, personId])) !== null;
  }

  async application(id: string): Promise<RecordedApplication | null> {
    return this.database.row<RecordedApplication>(APPLICATION, [id]);
  }
}
