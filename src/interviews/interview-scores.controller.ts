import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { may, type Actor } from '../platform/actor.js';
import { NotFound, RuleViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { emptyForm, readForm, withError, type Form } from '../platform/web/form.js';
import { IdParam } from '../platform/web/id.pipe.js';
import { page, redirect, type Page, type Redirect } from '../platform/web/page.js';
import { CurrentActor, May } from '../platform/web/policies.js';
import { percent, points, possiblePoints } from '../choosing/score.rules.js';
import { firstScore, readScores, scoreItems, scoresInWords, scoreValues } from '../choosing/scores.form.js';
import { canScore } from './interview-score.rules.js';
import { readAgreement } from './interview-scores.form.js';
import { InterviewScoresQueries, type ScoringSubject } from './interview-scores.queries.js';
import { InterviewScoresChanged, InterviewScoresService } from './interview-scores.service.js';
import { ConflictDto, EarlyShowingDto } from './interviews.dto.js';
import { interviewPaths } from './interviews.paths.js';

interface Forms {
  scores?: Form<unknown>;
  closing?: Form<unknown>;
  agreement?: Form<unknown>;
}

/** One interview and its scores: one's own first, then everybody's, then what was agreed. */
@ApiExcludeController()
@Controller('staff/interviews/:id')
@May('interview.read')
export class InterviewScoresController {
  constructor(private readonly scores: InterviewScoresService, private readonly queries: InterviewScoresQueries) {}

  @Get('scores')
  async show(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return this.scoresPage(actor, await this.subject(actor, id), {}, 200);
  }

  @Post('scores')
  async save(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const subject = await this.subject(actor, id);
    if (!subject.onPanel) throw new NotFound();
    const { form, then } = readScores(await this.queries.criteria(subject.callId), body);
    if (!form.dto) return this.scoresPage(actor, subject, { scores: form }, 422);
    try {
      const { revealed } = await this.scores.save(actor, id, form.dto);
      if (then === 'draft' && !subject.given) return redirect(interviewPaths.scores(id), 'Your draft is kept. It counts when you save your scores.');
      return redirect(interviewPaths.scores(id), revealed ? 'Your scores are saved. Everybody has given theirs, so you all see them now.' : 'Your scores are saved.');
    } catch (error) {
      const now = await this.subject(actor, id);
      const field = firstScore(await this.queries.criteria(subject.callId));
      if (error instanceof InterviewScoresChanged) {
        const values = { ...form.values, version: now.version };
        return this.scoresPage(actor, now, { scores: withError({ ...form, values }, field, error.message) }, 409);
      }
      if (!(error instanceof RuleViolation)) throw error;
      return this.scoresPage(actor, now, { scores: withError(form, field, error.message) }, 422);
    }
  }

  @Get('conflict')
  async conflict(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<Page> {
    return conflictPage(await this.subject(actor, id), emptyForm(), 200);
  }

  @Post('conflict')
  async declare(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const subject = await this.subject(actor, id);
    const form = await readForm(ConflictDto, body);
    if (!form.dto) return conflictPage(subject, form, 422);
    await this.scores.declareConflict(actor, id, form.dto.words ?? null);
    return redirect(interviewPaths.scores(id), 'Thank you for saying so. Others score this interview.');
  }

  @Post('showing')
  @May('interview.schedule')
  async close(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const subject = await this.subject(actor, id);
    const form = await readForm(EarlyShowingDto, body);
    if (!form.dto) return this.scoresPage(actor, subject, { closing: form }, 422);
    try {
      await this.scores.close(actor, id, form.dto.closingReason);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.scoresPage(actor, subject, { closing: withError(form, 'closingReason', error.message) }, 422);
    }
    return redirect(interviewPaths.scores(id), 'The panel sees the scores now. They stay as they are.');
  }

  @Post('agreement')
  @May('interview.schedule')
  async agree(@CurrentActor() actor: Actor, @IdParam() id: string, @Body() body: unknown): Promise<Page | Redirect> {
    const subject = await this.subject(actor, id);
    const form = readAgreement(await this.queries.criteria(subject.callId), body);
    if (!form.dto) return this.scoresPage(actor, subject, { agreement: form }, 422);
    try {
      await this.scores.agree(actor, id, form.dto);
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      return this.scoresPage(actor, subject, { agreement: withError(form, 'agreedWith', error.message) }, 422);
    }
    return redirect(interviewPaths.scores(id), 'What you agreed is kept beside the scores.');
  }

  /** For its panel and for leads; to others it is not there. */
  private async subject(actor: Actor, id: string): Promise<ScoringSubject> {
    const subject = await this.queries.subject(id, actor.personId);
    if (!subject || subject.own || !(subject.onPanel || may(actor, 'interview.schedule'))) throw new NotFound();
    return subject;
  }

  private async scoresPage(actor: Actor, subject: ScoringSubject, forms: Forms, status: number): Promise<Page> {
    const { bookingId } = subject;
    const criteria = await this.queries.criteria(subject.callId);
    const panel = await this.queries.panel(bookingId);
    const isLead = may(actor, 'interview.schedule') && !subject.conflict;
    const possible = possiblePoints(criteria);
    const shown = subject.revealed ? await this.queries.shown(bookingId, actor.personId) : [];
    const scorable = canScore(subject);
    const result = subject.revealed ? await this.queries.result(bookingId, actor.personId, criteria) : null;
    return page('interviews/scores', {
      subject, criteria, items: scoreItems(criteria), paths: interviewPaths, errors: [...forms.closing?.errors ?? [], ...forms.agreement?.errors ?? []],
      form: forms.scores ?? emptyForm(scoreValues(subject)), mayScore: scorable.ok && criteria.length > 0, whyNot: scorable.ok || !subject.onPanel ? null : scorable.reason,
      given: panel.filter((one) => one.given && !one.conflict).length, scoring: panel.filter((one) => !one.conflict).length,
      waitingFor: isLead ? panel.filter((one) => !one.given && !one.conflict).map(({ name }) => name) : [],
      closing: isLead && !subject.revealed && panel.some((one) => one.given && !one.conflict) ? forms.closing ?? emptyForm() : null,
      saved: subject.given && !subject.revealed && status === 409 ? scoresInWords(criteria, subject.scores) : null,
      shown: shown.map(({ name, note, scores }) => ({
        name, note, scores: scoresInWords(criteria, scores),
        percent: percent(points(criteria, new Map(scores.map(({ criterionId, score }) => [criterionId, score ?? 0]))), possible),
      })),
      result, agreed: result?.agreement ? scoresInWords(criteria, result.agreement.scores.map((one) => ({ ...one, note: null }))) : [],
      agreement: isLead && result ? forms.agreement ?? emptyForm({ id: newId(), ...medianValues(result.medians) }) : null,
      partners: panel.filter((one) => one.given && !one.conflict && one.dutyId !== subject.dutyId).map(({ personId, name }) => ({ value: personId, text: name })),
    }, status);
  }
}

function conflictPage(subject: ScoringSubject, form: Form<unknown>, status: number): Page {
  return page('interviews/conflict', { subject, form, paths: interviewPaths }, status);
}

/** Where the middle is a whole score, it is filled in; the panel may say otherwise. */
function medianValues(medians: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries([...medians].filter(([, twice]) => twice % 2 === 0).map(([id, twice]) => [`score-${id}`, String(twice / 2)]));
}
