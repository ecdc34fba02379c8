import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NotFound } from '../platform/errors.js';
import { Cached } from '../platform/web/page-cache.js';
import { Public } from '../platform/web/policies.js';
import { CallAnswer, CallDetailAnswer, CallsAnswer } from './calls.dto.js';
import { CallsQueries, type CallDetail, type CallSummary } from './calls.queries.js';

@ApiTags('calls')
@Controller('api/v1/calls')
@Public()
@Cached()
export class CallsApiController {
  constructor(private readonly calls: CallsQueries) {}

  @Get()
  @ApiOkResponse({ type: CallsAnswer })
  async list(): Promise<CallsAnswer> {
    return { calls: (await this.calls.publicList()).map(toAnswer) };
  }

  @Get(':slug')
  @ApiOkResponse({ type: CallDetailAnswer })
  async show(@Param('slug') slug: string): Promise<CallDetailAnswer> {
    const call = await this.calls.publicOne(slug);
    if (!call) throw new NotFound('There is no call at this address.');
    return toDetailAnswer(call);
  }
}

function toAnswer(call: CallSummary): CallAnswer {
  return {
    slug: call.slug, title: call.title, summary: call.summary, stage: call.stage, timeCommitment: call.timeCommitment,
    ratePence: call.ratePence, rateUnit: call.rateUnit,
    opensAt: call.opensAt.toISOString(), closesAt: (call.closedEarlyAt ?? call.closesAt).toISOString(),
    interviewsFrom: call.interviewsFrom, interviewsTo: call.interviewsTo, firstMeetingOn: call.firstMeetingOn, seats: call.seats,
  };
}

function toDetailAnswer(call: CallDetail): CallDetailAnswer {
  return {
    ...toAnswer(call), whatYouWouldDo: call.whatYouWouldDo, whoWeAreLookingFor: call.whoWeAreLookingFor,
    questions: call.questions.map(({ id, text, help, kind, options, wordLimit, required, freezeAfter }) =>
      ({ id, text, help, kind, options: [...options], wordLimit, required, freezeAfter })),
    criteria: call.criteria.map(({ kind, label, description }) => ({ kind, label, description })),
  };
}
