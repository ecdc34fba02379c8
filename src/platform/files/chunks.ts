import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { KeyRing } from '../crypto.js';
import { Database } from '../database.js';
import { Conflict, NotFound } from '../errors.js';
import { HEAD_BYTES, TAIL_BYTES } from './content.js';

/** One row, and what is held in memory of a file at a time. */
export const CHUNK_BYTES = 512 * 1024;

interface ChunkRow {
  position: number;
  startsAt: string;
  bytes: Buffer;
}

const CHUNK_AT = {
  name: 'file-chunk-at',
  text: `select position, starts_at as "startsAt", bytes from file_chunk where file_id = $1 and starts_at <= $2 order by starts_at desc limit 1`,
};
const CHUNK = {
  name: 'file-chunk',
  text: `select position, starts_at as "startsAt", bytes from file_chunk where file_id = $1 and position = $2`,
};

/** What a whole file says of itself. */
export interface Looked {
  sha256: Buffer;
  head: Buffer;
  tail: Buffer;
}

/** The bytes of files: in pieces, each encrypted for its own place. Nothing here holds a whole file. */
@Injectable()
export class FileChunks {
  constructor(private readonly database: Database, private readonly keys: KeyRing) {}

  /**
   * Adds what comes, piece by piece, each in a transaction of its own; when the connection is cut, what came is kept.
   * Gives the new size. Throws `Conflict` when somebody else added to it meanwhile.
   */
  async append(fileId: string, offset: number, source: AsyncIterable<Buffer>, check: (size: number) => void): Promise<number> {
    let size = offset;
    let held: Buffer[] = [];
    let heldBytes = 0;
    const keep = async (bytes: number): Promise<void> => {
      const all = Buffer.concat(held);
      await this.add(fileId, size, all.subarray(0, bytes));
      size += bytes;
      held = bytes < all.length ? [all.subarray(bytes)] : [];
      heldBytes = all.length - bytes;
    };
    let cut: Error | null = null;
    try {
      for await (const bytes of source) {
        check(size + heldBytes + bytes.length);
        held.push(bytes);
        heldBytes += bytes.length;
        while (heldBytes >= CHUNK_BYTES) await keep(CHUNK_BYTES);
      }
    } catch (error) {
      cut = error instanceof Error ? error : new Error('cut');
    }
    if (heldBytes > 0 && !(cut instanceof Conflict)) await keep(heldBytes);
    if (cut) throw cut;
    return size;
  }

  /** Bytes `from` to `to`, itself included, as they are stored. */
  async *read(fileId: string, from: number, to: number): AsyncGenerator<Buffer> {
    let row = await this.database.row<ChunkRow>(CHUNK_AT, [fileId, from]);
    while (row) {
      const start = Number(row.startsAt);
      if (start > to) return;
      const bytes = this.keys.decryptBytes(row.bytes, place(fileId, row.position));
      const wanted = bytes.subarray(Math.max(0, from - start), Math.min(bytes.length, to - start + 1));
      if (wanted.length > 0) yield wanted;
      if (start + bytes.length > to) return;
      row = await this.database.row<ChunkRow>(CHUNK, [fileId, row.position + 1]);
    }
  }

  /** Reads all of it once. */
  async look(fileId: string, size: number): Promise<Looked> {
    const hash = createHash('sha256');
    const head: Buffer[] = [];
    let headBytes = 0;
    let tail: Buffer = Buffer.alloc(0);
    for await (const bytes of this.read(fileId, 0, size - 1)) {
      hash.update(bytes);
      if (headBytes < HEAD_BYTES) head.push(bytes.subarray(0, HEAD_BYTES - headBytes));
      headBytes += bytes.length;
      tail = bytes.length >= TAIL_BYTES ? bytes.subarray(-TAIL_BYTES) : Buffer.concat([tail, bytes]).subarray(-TAIL_BYTES);
    }
    return { sha256: hash.digest(), head: Buffer.concat(head), tail };
  }

  /** Other bytes in place of those that came. */
  async replace(tx: EntityManager, fileId: string, bytes: Buffer): Promise<void> {
    await this.remove(tx, fileId);
    for (let at = 0, position = 0; at < bytes.length; at += CHUNK_BYTES, position += 1) {
      await this.insert(tx, fileId, position, at, bytes.subarray(at, at + CHUNK_BYTES));
    }
  }

  async remove(tx: EntityManager, fileId: string): Promise<void> {
    await tx.query(`delete from file_chunk where file_id = $1`, [fileId]);
  }

  private async add(fileId: string, offset: number, bytes: Buffer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [file] = await tx.query<{ size: string; next: number }[]>(
        `select f.size, (select coalesce(max(c.position) + 1, 0) from file_chunk c where c.file_id = f.id)::int as next
         from stored_file f where f.id = $1 and f.state = 'uploading' for update`, [fileId]);
      if (!file) throw new NotFound();
      if (Number(file.size) !== offset) throw new Conflict('Another window sent the same file. Start again.');
      await this.insert(tx, fileId, file.next, offset, bytes);
      await tx.query(`update stored_file set size = $2 where id = $1`, [fileId, offset + bytes.length]);
    });
  }

  private async insert(tx: EntityManager, fileId: string, position: number, startsAt: number, bytes: Buffer): Promise<void> {
    await tx.query(
      `insert into file_chunk (file_id, position, starts_at, size, bytes) values ($1, $2, $3, $4, $5)`,
      [fileId, position, startsAt, bytes.length, this.keys.encryptBytes(bytes, place(fileId, position))],
    );
  }
}

function place(fileId: string, position: number) {
  return { table: 'file_chunk', column: 'bytes', rowId: `${fileId}/${position}` };
}
