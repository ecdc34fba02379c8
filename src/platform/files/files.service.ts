import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Audit } from '../audit.js';
import { Clock } from '../clock.js';
import { Database } from '../database.js';
import { NotFound, RuleViolation } from '../errors.js';
import { newTimelessId } from '../ids.js';
import { NudgeQueue } from '../queue.js';
import { SettingsReader } from '../settings.js';
import type { Upload } from '../web/upload.js';
import { FileAnswer } from '../web/page.js';
import { BackgroundWorker } from '../worker.js';
import { FileChunks } from './chunks.js';
import { typeOfContent } from './content.js';
import { fileStateWords, isPicture, isReadable, safeName, sizeWords, takenType, takenWords, type FilePurpose, type FileState, type FileType } from './file.rules.js';
import { withoutMetadata } from './pictures.js';
import { Scanner } from './scanner.js';

export interface StoredFile {
  id: string;
  purpose: FilePurpose;
  sentBy: string;
  state: FileState;
  name: string;
  claimedType: string | null;
  mediaType: string | null;
  size: number;
  announcedSize: number | null;
  attached: boolean;
  createdAt: Date;
}

export interface NewFile {
  purpose: FilePurpose;
  name: string;
  claimedType: string | null;
  announcedSize: number | null;
}

const COLUMNS = `id, purpose, sent_by as "sentBy", state, name, claimed_type as "claimedType", media_type as "mediaType", size::float8 as size,
  announced_size::float8 as "announcedSize", attached_at is not null as attached, created_at as "createdAt"`;
const ONE = { name: 'stored-file', text: `select ${COLUMNS} from stored_file where id = $1` };
const LOOSE = { name: 'stored-files-loose', text: `select count(*)::int as count from stored_file where sent_by = $1 and attached_at is null and state <> 'removed'` };
const OLD_LOOSE = { name: 'stored-files-old-loose', text: `select id from stored_file where attached_at is null and state <> 'removed' and created_at < $1` };

/** What is begun and not used is kept so long: a cut connection may come back the next morning. */
export const LOOSE_MILLISECONDS = 24 * 3_600_000;
const MOST_LOOSE = 20;
const LONGEST_GIVEN_NAME = 500;

/** What people send: received in pieces, looked at, kept encrypted, given out to those whom its owner lets see it. */
@Injectable()
export class Files implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly chunks: FileChunks,
    private readonly scanner: Scanner,
    private readonly settings: SettingsReader,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly queue: NudgeQueue,
    private readonly worker: BackgroundWorker,
  ) {}

  onModuleInit(): void {
    this.worker.registerHourly(() => this.forgetLoose());
  }

  /** The largest of its kind, in bytes. */
  async mostBytes(purpose: FilePurpose): Promise<number> {
    const settings = await this.settings.current();
    const megabytes = { recording: settings['files.recording-megabytes'], scan: settings['files.scan-megabytes'], call_version: settings['files.version-megabytes'] };
    return megabytes[purpose] * 1_000_000;
  }

  /** All of a file from a form, in one go. Throws `RuleViolation` with what is taken, when it is not. */
  async receive(actor: Actor, purpose: FilePurpose, upload: Upload): Promise<StoredFile> {
    const id = await this.begin(actor, { purpose, name: upload.name, claimedType: upload.claimedType, announcedSize: null });
    try {
      await this.append(id, 0, upload.content);
    } catch (error) {
      await this.database.transaction((tx) => this.remove(tx, actor, id));
      throw error;
    }
    return this.finish(actor, id);
  }

  async begin(actor: Actor, { purpose, name, claimedType, announcedSize }: NewFile): Promise<string> {
    if (announcedSize !== null && announcedSize > await this.mostBytes(purpose)) throw await this.tooBig(purpose);
    if (announcedSize === 0) throw isEmpty();
    const loose = await this.database.row<{ count: number }>(LOOSE, [actor.personId]);
    if (loose!.count >= MOST_LOOSE) throw new RuleViolation('You have begun many files and not sent them. Try again tomorrow, or call or text us.');
    const id = newTimelessId();
    await this.database.transaction((tx) => tx.query(
      `insert into stored_file (id, purpose, sent_by, state, name, claimed_type, announced_size, created_at)
       values ($1, $2, $3, 'uploading', $4, $5, $6, $7)`,
      [id, purpose, actor.personId, safeName(name.slice(0, LONGEST_GIVEN_NAME), 'part'), claimedType?.slice(0, 100) ?? null, announcedSize, this.clock.realNow()],
    ));
    return id;
  }

  /** Gives the new size; throws `RuleViolation` when it grows too large, and keeps what came before. */
  async append(id: string, offset: number, content: AsyncIterable<Buffer>): Promise<number> {
    const file = await this.one(id);
    if (!file) throw new NotFound();
    const most = file.announcedSize ?? await this.mostBytes(file.purpose);
    const tooBig = await this.tooBig(file.purpose);
    return this.chunks.append(id, offset, content, (size) => {
      if (size > most) throw tooBig;
    });
  }

  /** All of it is here: looks what it is. Again does nothing. Throws `RuleViolation` when it is not taken, and deletes it. */
  async finish(actor: Actor, id: string): Promise<StoredFile> {
    const file = await this.one(id);
    if (!file || file.sentBy !== actor.personId) throw new NotFound();
    if (file.state !== 'uploading') return file;
    const looked = await this.chunks.look(id, file.size);
    const found = file.size === 0 ? null : takenType(file.purpose, await typeOfContent(looked.head, looked.tail));
    const picture = found && isPicture(found.mime) ? await this.redrawn(id, file.size, found) : null;
    if (!found || (isPicture(found.mime) && !picture)) {
      const refusal = file.size === 0 ? isEmpty() : new RuleViolation(`We can’t take this kind of file. Send ${takenWords(file.purpose)}.`);
      await this.refuse(actor, id, refusal.message);
      throw refusal;
    }
    await this.database.transaction(async (tx) => {
      const [locked] = await tx.query<{ size: string }[]>(`select size from stored_file where id = $1 and state = 'uploading' for update`, [id]);
      if (!locked || Number(locked.size) !== file.size) throw new NotFound();
      if (picture) await this.chunks.replace(tx, id, picture);
      await tx.query(
        `update stored_file set state = 'scanning', name = $2, media_type = $3, size = $4, sha256 = $5, finished_at = $6, next_scan_at = $6 where id = $1`,
        [id, safeName(file.name, found.ext), found.as, picture?.length ?? file.size, picture ? sha256(picture) : looked.sha256, this.clock.realNow()],
      );
      if (!this.scanner.name) await tx.query(`update stored_file set state = 'unscanned', next_scan_at = null where id = $1`, [id]);
      await this.audit.record(tx, actor, 'file.received', { type: 'stored_file', id }, { purpose: file.purpose });
    });
    if (this.scanner.name) this.queue.nudge();
    return (await this.one(id))!;
  }

  async one(id: string): Promise<StoredFile | null> {
    return this.database.row<StoredFile>(ONE, [id]);
  }

  /** Somebody's own file, whole and not yet part of anything, becomes part of what the transaction makes. */
  async attach(tx: EntityManager, actor: Actor, id: string, purpose: FilePurpose): Promise<StoredFile> {
    await tx.query(`select 1 from stored_file where id = $1 for update`, [id]);
    const file = await this.one(id);
    if (!file || file.sentBy !== actor.personId || file.purpose !== purpose || file.attached) throw new NotFound();
    if (file.state !== 'scanning' && !isReadable(file.state)) throw new RuleViolation(`${fileStateWords[file.state]}. Send another file.`);
    await tx.query(`update stored_file set attached_at = $2 where id = $1`, [id, this.clock.realNow()]);
    return file;
  }

  /** Deletes its bytes and its name; that it was there stays. */
  async remove(tx: EntityManager, actor: Actor | null, id: string): Promise<void> {
    const [, changed] = await tx.query<[unknown, number]>(
      `update stored_file set state = 'removed', name = 'removed', removed_at = $2, next_scan_at = null where id = $1 and state <> 'removed'`, [id, this.clock.realNow()]);
    if (changed === 0) return;
    await this.chunks.remove(tx, id);
    await this.audit.record(tx, actor, 'file.removed', { type: 'stored_file', id });
  }

  /** To be given out as an attachment, and written down that it was. Whether they may see it is for the caller to know. */
  async answer(actor: Actor | null, id: string, name?: string): Promise<FileAnswer> {
    const file = await this.one(id);
    if (!file || file.state === 'removed' || file.state === 'uploading') throw new NotFound();
    if (!isReadable(file.state)) throw new RuleViolation(`${fileStateWords[file.state]}. It can’t be opened.`);
    if (actor) await this.database.transaction((tx) => this.audit.record(tx, actor, 'file.read', { type: 'stored_file', id }));
    return new FileAnswer(name ?? file.name, file.mediaType!, file.size, (from, to) => this.chunks.read(id, from, to));
  }

  /** Unfinished uploads, and what was finished and never used. */
  async forgetLoose(): Promise<void> {
    const before = new Date(this.clock.realNow().getTime() - LOOSE_MILLISECONDS);
    for (const { id } of await this.database.rows<{ id: string }>(OLD_LOOSE, [before])) {
      await this.database.transaction(async (tx) => {
        const [loose] = await tx.query<unknown[]>(`select 1 from stored_file where id = $1 and attached_at is null for update`, [id]);
        if (loose) await this.remove(tx, null, id);
      });
    }
  }

  private async refuse(actor: Actor, id: string, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`update stored_file set state = 'refused', refusal = $2 where id = $1 and state = 'uploading'`, [id, reason]);
      await this.chunks.remove(tx, id);
      await this.audit.record(tx, actor, 'file.refused', { type: 'stored_file', id }, { why: 'type' });
    });
  }

  /** Null when it can't be read as a picture. Pictures are small enough to be held. */
  private async redrawn(id: string, size: number, type: FileType): Promise<Buffer | null> {
    const bytes: Buffer[] = [];
    for await (const piece of this.chunks.read(id, 0, size - 1)) bytes.push(piece);
    return withoutMetadata(Buffer.concat(bytes), type.mime).catch(() => null);
  }

  private async tooBig(purpose: FilePurpose): Promise<RuleViolation> {
    return new RuleViolation(`The file is too big. It can have ${sizeWords(await this.mostBytes(purpose))} at most. Make it shorter, or send it to us another way.`);
  }
}

function isEmpty(): RuleViolation {
  return new RuleViolation('The file is empty. Choose another one.');
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
