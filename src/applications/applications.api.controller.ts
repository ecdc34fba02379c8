import { Body, Controller, Get, Headers, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { Idempotency } from '../platform/idempotency.js';
import { ApiIdempotent } from '../platform/web/api-description.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { CurrentActor, SignedIn } from '../platform/web/policies.js';
import { NeedsDto, toNeeds } from '../adjustments/adjustments.dto.js';
import { PeopleQueries } from '../people/people.queries.js';
import { seenNames, seenState } from './application-status.rules.js';
import { AboutDto, AnswersDto, ApplicationAnswer, ContactDto, StartDto, SubmissionDto } from './applications.dto.js';
import { ApplicationsQueries, taskList } from './applications.queries.js';
import { ApplicationsService } from './applications.service.js';
import { LateAccess } from './late-access.service.js';

@ApiTags('applications')
@Controller('api/v1/applications')
@SignedIn()
export class ApplicationsApiController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly queries: ApplicationsQueries,
    private readonly late: LateAccess,
    private readonly people: PeopleQueries,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiIdempotent()
  @ApiCreatedResponse({ type: ApplicationAnswer, description: 'A new draft, or the live application there is' })
  async start(@CurrentActor() actor: Actor, @Body() dto: StartDto, @Headers('idempotency-key') key?: string): Promise<ApplicationAnswer> {
    const { callSlug, moreTimeCode } = dto;
    if (moreTimeCode !== undefined) await this.late.countTry(actor);
    const answer = await this.idempotency.once(actor, key, { start: dto }, async (tx) => ({
      status: 201,
      resourceId: moreTimeCode === undefined ? await this.applications.startIn(tx, actor, callSlug) : await this.late.useIn(tx, actor, callSlug, moreTimeCode),
    }));
    return this.answer(actor, answer.resourceId!);
  }

  @Get(':id')
  @ApiOkResponse({ type: ApplicationAnswer })
  async show(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<ApplicationAnswer> {
    return this.answer(actor, id);
  }

  @Put(':id/about')
  @ApiOkResponse({ type: ApplicationAnswer })
  async about(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() dto: AboutDto): Promise<ApplicationAnswer> {
    await this.applications.saveAbout(actor, id, dto);
    return this.answer(actor, id);
  }

  @Put(':id/answers')
  @ApiOkResponse({ type: ApplicationAnswer })
  async answers(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() dto: AnswersDto): Promise<ApplicationAnswer> {
    await this.applications.saveAnswers(actor, id, dto.answers);
    return this.answer(actor, id);
  }

  @Put(':id/access')
  @ApiOkResponse({ type: ApplicationAnswer })
  async access(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() dto: NeedsDto): Promise<ApplicationAnswer> {
    await this.applications.saveAccess(actor, id, toNeeds(dto));
    return this.answer(actor, id);
  }

  @Put(':id/contact')
  @ApiOkResponse({ type: ApplicationAnswer })
  async contact(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() dto: ContactDto): Promise<ApplicationAnswer> {
    await this.applications.saveContact(actor, id, dto.contactId);
    return this.answer(actor, id);
  }

  @Post(':id/submission')
  @HttpCode(200)
  @ApiIdempotent()
  @ApiOkResponse({ type: ApplicationAnswer, description: 'Sent; sending again gives the same application' })
  async submit(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() dto: SubmissionDto, @Headers('idempotency-key') key?: string): Promise<ApplicationAnswer> {
    await this.idempotency.once(actor, key, { submit: id, dto }, async (tx) => {
      await this.applications.submitIn(tx, actor, id, dto.answers ?? []);
      return { status: 200, resourceId: id };
    });
    return this.answer(actor, id);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @ApiOkResponse({ type: ApplicationAnswer })
  async withdraw(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<ApplicationAnswer> {
    await this.applications.withdraw(actor, id);
    return this.answer(actor, id);
  }

  private async answer(actor: Actor, id: string): Promise<ApplicationAnswer> {
    const [application, status, contacts] = await Promise.all([
      this.queries.own(id, actor.personId), this.queries.status(id, actor.personId), this.people.contacts(actor.personId),
    ]);
    if (!application || !status) throw new NotFound();
    return {
      id, reference: application.reference, callSlug: application.callSlug, status: seenNames[seenState(status)],
      submittedAt: application.submittedAt?.toISOString() ?? null, tasks: taskList(application),
      contacts: contacts.map(({ id: contactId, kind, value }) => ({ id: contactId, kind, value })),
    };
  }
}
