import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataStore, Upload } from '@tus/server';
import { Clock } from '../clock.js';
import { ServiceError } from '../errors.js';
import { Files, LOOSE_MILLISECONDS } from './files.service.js';

/** Where the pieces of resumable uploads go: the same rows as everything that people send. */
@Injectable()
export class UploadStore extends DataStore {
  override extensions = ['creation', 'termination'];

  constructor(private readonly files: Files, private readonly clock: Clock) {
    super();
  }

  /** Its row is there already: the server asked before. */
  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async write(content: Readable, id: string, offset: number): Promise<number> {
    try {
      return await this.files.append(id, offset, content as AsyncIterable<Buffer>);
    } catch (error) {
      throw asTusError(error);
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const file = await this.files.one(id);
    const old = file && file.createdAt.getTime() + LOOSE_MILLISECONDS < this.clock.realNow().getTime();
    if (!file || old || file.announcedSize === null || file.state === 'removed' || file.state === 'refused') throw new TusRefusal(404, 'There is no such upload.');
    // Once it is whole its size may be another, of a picture drawn anew.
    const offset = file.state === 'uploading' ? file.size : file.announcedSize;
    return new Upload({ id, size: file.announcedSize, offset, metadata: {}, creation_date: file.createdAt.toISOString() });
  }
}

/** What the protocol's server answers with. */
class TusRefusal extends Error {
  constructor(readonly status_code: number, readonly body: string) {
    super(body);
  }
}

/** Said to the sender in our words. */
export function asTusError(error: unknown): unknown {
  return error instanceof ServiceError ? new TusRefusal(error.status, error.message) : error;
}
