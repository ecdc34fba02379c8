import type { IncomingMessage } from 'node:http';
import { Controller, Delete, Head, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may, type Actor } from '../actor.js';
import { Database } from '../database.js';
import { BadRequest, Forbidden, NotFound } from '../errors.js';
import type { Permission } from '../permissions.js';
import { IdParam } from '../web/id.pipe.js';
import { CurrentActor, SignedIn } from '../web/policies.js';
import { takenTypes, type FilePurpose } from './file.rules.js';
import { Files } from './files.service.js';
import { asTusError, UploadStore } from './upload.store.js';

type TusRequest = Parameters<Server['options']['onIncomingRequest'] & object>[0];

/** Who may begin one; residents send recordings alone, whose limit is theirs. */
const NEEDS: Record<FilePurpose, Permission | null> = { recording: null, scan: 'application.decide', call_version: 'call.write' };

/**
 * Resumable uploads (tus 1.0) where JavaScript is on: a cut connection goes on where it was. The page's token comes in a
 * header, and the session says whose file it is. What is uploaded is used by the form it belongs to.
 */
@ApiExcludeController()
@Controller('my/uploads')
@SignedIn({ acting: 'apply' })
export class UploadsController {
  private readonly actors = new WeakMap<IncomingMessage, Actor>();
  private readonly server: Server;

  constructor(private readonly files: Files, private readonly database: Database, store: UploadStore) {
    this.server = new Server({
      path: '/my/uploads', datastore: store, relativeLocation: true, allowedOrigins: [],
      // Of the path alone: whose it is was asked of that, and another address may stand behind a question mark.
      getFileIdFromRequest: ({ url }) => new URL(url).pathname.split('/').at(-1)!,
      namingFunction: async (request, metadata) => this.begin(request, metadata ?? {}),
      onUploadFinish: async (request, upload) => {
        try {
          await this.files.finish(this.actorOf(request), upload.id);
          return {};
        } catch (error) {
          throw asTusError(error);
        }
      },
    });
  }

  @Post()
  async create(@CurrentActor() actor: Actor, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.serve(actor, request, reply);
  }

  @Head(':id')
  async offset(@CurrentActor() actor: Actor, @IdParam() id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.serveOwn(actor, id, request, reply);
  }

  @Patch(':id')
  async append(@CurrentActor() actor: Actor, @IdParam() id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.serveOwn(actor, id, request, reply);
  }

  @Delete(':id')
  async remove(@CurrentActor() actor: Actor, @IdParam() id: string, @Res() reply: FastifyReply): Promise<void> {
    await this.own(actor, id);
    await this.database.transaction((tx) => this.files.remove(tx, actor, id));
    await reply.status(204).header('tus-resumable', '1.0.0').send();
  }

  private async serveOwn(actor: Actor, id: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.own(actor, id);
    await this.serve(actor, request, reply);
  }

  /** The protocol's own server answers; what stands in the frame of every answer goes with it. */
  private async serve(actor: Actor, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.actors.set(request.raw, actor);
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    await this.server.handle(request.raw, reply.raw);
  }

  /** A file in the making is its sender's alone. */
  private async own(actor: Actor, id: string): Promise<void> {
    const file = await this.files.one(id);
    if (!file || file.sentBy !== actor.personId || file.attached || file.state === 'removed') throw new NotFound();
  }

  private async begin(request: TusRequest, metadata: Record<string, string | null>): Promise<string> {
    const { purpose, filename, filetype } = metadata;
    const size = Number(request.headers.get('upload-length'));
    try {
      if (!purpose || !Object.hasOwn(takenTypes, purpose) || !Number.isSafeInteger(size) || size < 0) throw new BadRequest();
      const actor = this.actorOf(request);
      const needed = NEEDS[purpose as FilePurpose];
      if (needed && !may(actor, needed)) throw new Forbidden();
      return await this.files.begin(actor, {
        purpose: purpose as FilePurpose, name: filename ?? '', claimedType: filetype ?? null, announcedSize: size,
      });
    } catch (error) {
      throw asTusError(error);
    }
  }

  private actorOf(request: TusRequest): Actor {
    const actor = this.actors.get(request.runtime?.node?.req as IncomingMessage);
    if (!actor) throw new NotFound();
    return actor;
  }
}
