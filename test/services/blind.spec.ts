import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ReviewPhasesService } from '../../src/choosing/review-phases.service.js';
import { ReviewsService } from '../../src/choosing/reviews.service.js';
import { ReadingQueries } from '../../src/choosing/reading.queries.js';
import { PeopleService } from '../../src/people/people.service.js';
import { Sessions } from '../../src/people/sessions.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, someone } from '../support/open-call.js';
import { callToReview, CLOSED, giveScores, keyOf, planReview, type CallToReview } from '../support/review.js';

const WORDS = 'I meet steps at each door, and I would change the doors.';

interface Answer {
  path: string;
  status: number;
  text: string;
}

/** Two people wrote the same words. One has everything that could give her away; nothing that reviewers can open may. */
describe('a review without names', () => {
  let t: TestApp;
  let call: CallToReview;
  let zuleikha: { personId: string; applicationId: string; reference: string; key: string; number: number };
  let plain: typeof zuleikha;
  /** Who she is, in any writing; and what nobody who scores may read, or find in an address. */
  let secrets: string[];
  let needs: string[];

  beforeAll(async () => {
    t = await startTestApp();
    call = await callToReview(t, { people: 0, reviewsEach: 5 });
    zuleikha = await apply('2026-12-04T11:58:00Z', true);
    plain = await apply('2026-11-23T11:00:00Z', false);
    await t.app.get(ReviewPhasesService).addReviewer(call.marcus, call.phaseId, { personId: call.dana.personId, kind: 'lead', decides: true });
    t.clock.moveTo(CLOSED);
    await t.app.get(ReviewPhasesService).open(call.marcus, call.phaseId);
    await t.work();
    for (const one of [zuleikha, plain]) Object.assign(one, await keyOf(t, call.phaseId, one.applicationId));
    secrets = [
      'Zuleikha', 'Abernethy', 'zuleikha.a@home.example', '07700 900456', '07700900456', '+447700900456', 'N1 9GU', 'N19GU', '1971-03-28', '28 March 1971',
      zuleikha.personId, plain.personId, 'Borrowdale',
    ];
    needs = ['My cousin builds here', 'bsl-interpreter', 'Sign Language', 'quiet corner near the door', 'extra-time', 'Extra time'];
  });
  afterAll(() => t.close());

  async function apply(at: string, telling: boolean): Promise<typeof zuleikha> {
    t.clock.moveTo(at);
    const applications = t.app.get(ApplicationsService);
    const who = await applicant(t, telling ? 'Zuleikha Abernethy' : 'Borrowdale Smith');
    if (telling) {
      await t.app.get(Database).transaction(async (tx) => {
        for (const contact of [{ kind: 'email', value: 'zuleikha.a@home.example' }, { kind: 'phone', value: '+447700900456' }] as const) {
          await t.app.get(PeopleService).addContact(tx, who.actor.personId, contact);
        }
      });
    }
    const id = await applications.start(who.actor, call.slug);
    await applications.saveAbout(who.actor, id, telling
      ? { name: 'Zuleikha Abernethy', postcode: 'N1 9GU', birthDate: '1971-03-28', eligibility: ['studies'], interest: 'yes', interestWords: 'My cousin builds here' } : { name: 'Borrowdale Smith', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
    const text = telling ? `${WORDS} I am Zuleikha (ABERNETHY), n19gu, zuleikha.a@home.example, 07700 900456.` : `${WORDS} I am Borrowdale (SMITH), w69jt, b@home.example, 07700 900457.`;
    await applications.saveAnswers(who.actor, id, call.questionIds.map((questionId) => ({ questionId, text })));
    await applications.saveAccess(who.actor, id, telling
      ? [{ code: 'bsl-interpreter', ownWords: null }, { code: 'extra-time', ownWords: null }, { code: 'something-else', ownWords: 'quiet corner near the door' }] : []);
    await applications.saveContact(who.actor, id, who.contactId);
    await applications.submit(who.actor, id);
    if (telling) await t.owner.query(`update application set channel = 'phone', read_back_at = submitted_at, read_back_by = person_id where id = $1`, [id]);
    const { rows: [row] } = await t.owner.query<{ reference: string }>(`select reference from application where id = $1`, [id]);
    return { personId: who.actor.personId, applicationId: id, reference: row!.reference, key: '', number: 0 };
  }

  const cookies = new Map<string, string>();
  async function read(actor: Actor, path: string): Promise<Answer> {
    if (!cookies.has(actor.personId)) cookies.set(actor.personId, `alongside=${await t.app.get(SignInService).openFor(actor.personId)}`);
    const response = await fetch(t.url + path, { redirect: 'manual', headers: { cookie: cookies.get(actor.personId)! } });
    return { path, status: response.status, text: `${response.headers.get('location') ?? ''}\n${await response.text()}` };
  }

  const tokens = new Map<string, string>();
  async function ask(actor: Actor, method: string, path: string, body?: object): Promise<Answer> {
    if (!tokens.has(actor.personId)) {
      tokens.set(actor.personId, await t.app.get(Database).transaction((tx) => t.app.get(Sessions).issueApiToken(tx, actor.personId, 'test')));
    }
    const response = await fetch(t.url + path, {
      method, headers: { authorization: `Bearer ${tokens.get(actor.personId)!}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }),
    });
    return { path, status: response.status, text: await response.text() };
  }

  /** Everything under /staff that links lead to, from the first page of whoever it is. */
  async function crawl(actor: Actor, from: readonly string[]): Promise<Answer[]> {
    const seen = new Map<string, Answer>();
    const todo = [...from];
    for (let path = todo.pop(); path !== undefined && seen.size < 200; path = todo.pop()) {
      if (seen.has(path)) continue;
      const answer = await read(actor, path);
      seen.set(path, answer);
      todo.push(...[...answer.text.matchAll(/href="(\/staff[^"#]*)"/g)].map(([, href]) => href!.replace(/&amp;/g, '&')).filter((href) => !seen.has(href)));
    }
    return [...seen.values()];
  }

  const found = (answers: readonly Answer[], words: readonly string[]) =>
    answers.flatMap(({ path, text }) => words.filter((word) => `${path} ${text}`.toLowerCase().includes(word.toLowerCase())).map((word) => `${path}: ${word}`));
  // Every page says below that one may ask for a video call; what is looked at is the page's own part.
  const ownPart = (answer: Answer): Answer => ({ ...answer, text: /<main[^]*<\/main>/.exec(answer.text)?.[0] ?? answer.text });

  /** What is left of a page when its key, its number and the browser's form token are taken out. */
  const without = ({ key, number }: typeof zuleikha, { text }: Answer) => text
    .replaceAll(key, '(key)').replace(new RegExp(`\\b${number}\\b`, 'g'), '(number)').replace(/name="_csrf" value="[^"]*"/g, '(token)');

  const reviewPages = (one: typeof zuleikha) => [`/staff/reviews/applications/${one.key}`, `/staff/reviews/applications/${one.key}/declaration`];

  async function same(actor: Actor, wait = false): Promise<boolean> {
    const [hers, theirs] = [reviewPages(zuleikha), reviewPages(plain)];
    const pairs: boolean[] = [];
    for (const [index, path] of hers.entries()) {
      const [a, b] = [await read(actor, path), await read(actor, theirs[index]!)];
      expect([a.status, b.status]).toEqual([200, 200]);
      pairs.push(without(zuleikha, a) === without(plain, b));
      if (wait) t.clock.forward({ minutes: 1 });
    }
    return pairs.every(Boolean);
  }

  describe('of somebody who gives everything away', () => {
    it('has data that could leak, and the search finds it where it is meant to be', async () => {
      const lead = await read(call.marcus, `/staff/applications/${zuleikha.applicationId}`);
      expect(found([lead], ['Zuleikha', 'Abernethy', 'N1 9GU', 'zuleikha.a@home.example'])).toHaveLength(4);
      const priya = await someone(t, 'Priya Shah', 'access_coordinator');
      expect(found([ownPart(await read(priya, '/staff/arrangements'))], needs).length).toBeGreaterThan(1);
    });

    it('shows reviewers two applications that differ in nothing but number and address, at every step', async () => {
      for (const reviewer of [call.iqbal, call.ruth, call.dana]) {
        expect(await same(reviewer)).toBe(true);
        for (const { key } of [zuleikha, plain]) await t.app.get(ReviewsService).declare(reviewer, key, { answer: 'none' });
        expect(await same(reviewer, true)).toBe(true);
        for (const { key } of [zuleikha, plain]) await giveScores(t, reviewer, call, key, [3, 2]);
        expect(await same(reviewer)).toBe(true);
      }
      expect((await read(call.iqbal, reviewPages(zuleikha)[0]!)).text).toContain(`${WORDS} I am [name removed] ([name removed]), [postcode removed], [contact removed], [contact removed].`);
    });

    it('gives programs the same of both, and nothing else', async () => {
      const [a, b] = [await ask(call.olu, 'GET', `/api/v1/reviews/${zuleikha.key}`), await ask(call.olu, 'GET', `/api/v1/reviews/${plain.key}`)];
      expect(without(zuleikha, a)).toBe(without(plain, b));
      const next = await ask(call.olu, 'GET', `/api/v1/reviews/next?phase=${call.phaseId}`);
      const declared = await ask(call.olu, 'PUT', `/api/v1/reviews/${zuleikha.key}/declaration`, { answer: 'none' });
      const saved = await ask(call.olu, 'PUT', `/api/v1/reviews/${zuleikha.key}`, {
        give: true, version: 0, scores: call.criteria.map(({ id }) => ({ criterionId: id, score: 2 })),
      });
      expect([next, declared, saved].map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(Object.keys(JSON.parse(saved.text) as object).sort()).toEqual(['answers', 'criteria', 'declared', 'key', 'note', 'number', 'state', 'version']);
      expect(found([a, b, next, declared, saved], [...secrets, ...needs, zuleikha.reference, zuleikha.applicationId, 'phone'])).toEqual([]);
    });

    it('leads whoever scores to no page that tells, wherever their links go', async () => {
      for (const reviewer of [call.iqbal, call.ruth, call.dana]) {
        const pages = await crawl(reviewer, ['/staff', '/staff/reviews', `/staff/calls/${call.id}/review`, `/staff/calls/${call.id}/review/answers/${zuleikha.applicationId}`,
          `/staff/applications?sort=name&search=Zuleikha`, `/staff/applications/${zuleikha.applicationId}`]);
        const paths = pages.filter(({ status }) => status === 200).map(({ path }) => path);
        expect(paths).toEqual(expect.arrayContaining(['/staff', `/staff/reviews/applications/${zuleikha.key}`]));
        if (reviewer !== call.iqbal) expect(paths).toContain(`/staff/calls/${call.id}/review/dashboard/${zuleikha.key}`);
        const unasked = pages.filter(({ path }) => !path.includes('search='));
        expect(found(unasked, secrets)).toEqual([]);
        expect(found(pages.map(ownPart), needs)).toEqual([]);
        const ofReviews = pages.filter(({ path, status }) => status === 200 && path.includes('/review'));
        expect(found(ofReviews, [zuleikha.reference, plain.reference, zuleikha.applicationId, plain.applicationId])).toEqual([]);
      }
    });

    it('answers no search by name, and sorts by no name', async () => {
      const searched = ownPart(await read(call.ruth, '/staff/applications?search=Zuleikha'));
      expect(searched.text).toContain('No applications here.');
      const listed = ownPart(await read(call.ruth, '/staff/applications?sort=name'));
      const order = [...listed.text.matchAll(/PLAN-\w{5}(?=<\/a>)/g)].map(([reference]) => reference);
      expect(order).toEqual([zuleikha.reference, plain.reference].sort());
      expect((await read(call.marcus, '/staff/applications?search=Zuleikha')).text).toContain('Zuleikha Abernethy');
    });

    it('writes a file with numbers alone', async () => {
      for (const reader of [call.ruth, call.marcus]) {
        const file = await read(reader, `/staff/calls/${call.id}/review/dashboard/file`);
        expect(found([file], [...secrets, ...needs, zuleikha.reference, zuleikha.applicationId])).toEqual([]);
        expect(file.text).toContain(`${zuleikha.number},4,`);
      }
    });

    it('tells reviewers in messages that name nobody', async () => {
      const { rows } = await t.owner.query<{ path: string; text: string }>(
        `select 'message' as path, concat(subject, ' ', b::text) as text from demo_mailbox b join message m on m.id = b.message_id where m.template = 'review-opened'`);
      expect(rows.length).toBe(4);
      expect(found(rows.map((row) => ({ ...row, status: 200 })), [...secrets, ...needs, zuleikha.reference])).toEqual([]);
    });
  });

  it('the comparison bites: with names shown, the same pages differ', async () => {
    await t.app.get(ReviewPhasesService).close(call.marcus, call.phaseId);
    const open = await planReview(t, call, { blind: false, seeOthers: 'never', reviewsEach: 3 });
    for (const [actor, kind] of [[call.ruth, 'resident'], [call.olu, 'officer']] as const) {
      await t.app.get(ReviewPhasesService).addReviewer(call.marcus, open, { personId: actor.personId, kind, decides: kind === 'resident' });
    }
    await t.app.get(ReviewPhasesService).open(call.marcus, open);
    for (const one of [zuleikha, plain]) {
      Object.assign(one, await keyOf(t, open, one.applicationId));
      await t.app.get(ReviewsService).declare(call.ruth, one.key, { answer: 'none' });
    }
    expect(await same(call.ruth)).toBe(false);
    const reading = await t.app.get(ReadingQueries).read(call.ruth.personId, zuleikha.key);
    expect(found([{ path: '', status: 200, text: JSON.stringify(reading) }], ['Zuleikha', 'zuleikha.a@home.example'])).toHaveLength(2);
    // Not even where names are shown does it say what somebody needs.
    expect(found([{ path: '', status: 200, text: JSON.stringify(reading) }], needs)).toEqual([]);
  });
});
