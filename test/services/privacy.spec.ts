import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AdjustmentsService } from '../../src/adjustments/adjustments.service.js';
import { ClaimsService } from '../../src/payments/claims.service.js';
import { RunsService } from '../../src/payments/runs.service.js';
import { PeopleService } from '../../src/people/people.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { SiteQueries } from '../../src/site/site.queries.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type Applicant, type OpenCall } from '../support/open-call.js';
import { attend, attendAndApprove, giveBankDetails, startPaidGroup, type PaidGroup } from '../support/paid-group.js';

describe('what pages tell whom', () => {
  let t: TestApp;
  beforeAll(async () => { t = await startTestApp(); });
  afterAll(() => t.close());

  const sessionOf = async ({ personId }: Actor) => `alongside=${await t.app.get(SignInService).openFor(personId)}`;
  const read = async (actor: Actor, path: string) => {
    const response = await fetch(t.url + path, { headers: { cookie: await sessionOf(actor) } });
    return { status: response.status, html: await response.text() };
  };

  describe('of groups', () => {
    let group: PaidGroup;
    beforeEach(async () => { group = await startPaidGroup(t); });

    it('say who sits in which kind of seat to those who choose, and to nobody who pays', async () => {
      expect((await read(group.dana, `/staff/groups/${group.slug}`)).html).toContain('Disabled resident 1');
      for (const actor of [group.bola, group.farah]) {
        expect((await read(actor, '/staff/groups')).status).toBe(403);
        expect((await read(actor, `/staff/groups/${group.slug}`)).status).toBe(403);
      }
    });

    it('let finance read a claim with its name, rate and neutral group, and nothing of its seat', async () => {
      const claim = await attend(t, group, group.amina, 130);
      const { html } = await read(group.bola, `/staff/claims/${claim}`);
      expect(['Amina Yusuf', '£20 an hour', 'DFPG'].map((text) => html.includes(text))).toEqual([true, true, true]);
      expect(html).not.toContain('Disab');
    });

    it('offer a step to those who may take it, and tell others who may', async () => {
      await t.app.get(Database).transaction((tx) => t.app.get(PeopleService).giveRole(tx, group.dana.personId, 'budget_holder', '2026-01-01'));
      const claimId = await attend(t, group, group.amina, 130);
      await t.app.get(ClaimsService).answer(group.amina, claimId, true);
      const own = (await read(group.dana, `/staff/claims/${claimId}`)).html;
      expect([own.includes('Ask another budget holder to approve it.'), own.includes('Approve £')]).toEqual([true, false]);
      const others = (await read(group.bola, `/staff/claims/${claimId}`)).html;
      expect([others.includes('Ask another budget holder'), others.includes('Approve £')]).toEqual([false, true]);

      await attendAndApprove(t, group, group.amina, 60);
      await giveBankDetails(t, group.amina);
      const runId = newId();
      await t.app.get(RunsService).build(group.farah, runId);
      const builder = (await read(group.farah, `/staff/runs/${runId}`)).html;
      expect([builder.includes('Another finance officer releases it.'), builder.includes('Release this run')]).toEqual([true, false]);
      const releaser = (await read(group.gwen, `/staff/runs/${runId}`)).html;
      expect([releaser.includes('Another finance officer releases it.'), releaser.includes('Release this run')]).toEqual([false, true]);
    });
  });

  describe('of the audit', () => {
    let call: OpenCall;
    let amina: Applicant;
    beforeAll(async () => {
      call = await openCall(t);
      amina = await applicant(t);
    });

    const words = async () => (await t.app.get(SiteQueries).audit()).lines.map((line) => line.words);
    /** The lines that somebody's application puts on top, the newest first. */
    const newLines = async (needs: string[]) => {
      const someone = await applicant(t);
      await writeApplication(t, call, someone, { needs: needs.map((code) => ({ code, ownWords: null })) });
      return (await words()).slice(0, 8);
    };

    it('look the same whether somebody needs anything or not', async () => {
      const without = await newLines([]);
      expect(without).toContain('Answered whether they need anything, in an application');
      expect(await newLines(['bsl-interpreter'])).toEqual(without);
    });

    it('list nothing about arrangements, and count them by whole days, never today', async () => {
      const adjustments = t.app.get(AdjustmentsService);
      await adjustments.recordLook(call.dana, [amina.actor.personId]);
      const { rows } = await t.owner.query<{ hidden: number }>(
        `select count(*)::int as hidden from audit_entry where at = $1 and (action like 'arrangement%' or action like 'access-needs%')`, [t.clock.now()]);
      expect(rows[0]!.hidden).toBeGreaterThan(2);
      const today = await t.app.get(SiteQueries).audit();
      expect(today.lines.filter((line) => /arrangement|access-needs/.test(line.words))).toEqual([]);
      t.clock.forward({ days: 1 });
      const tomorrow = await t.app.get(SiteQueries).audit();
      expect(tomorrow.leftOut - today.leftOut).toBe(rows[0]!.hidden);
    });
  });

  describe('where a session has ended', () => {
    it('say so, lead to signing in and back to the form, and give back what was written', async () => {
      const form = await fetch(`${t.url}/sign-in`);
      const cookie = form.headers.getSetCookie()[0]!.split(';')[0]!;
      const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
      const post = async (path: string, fields: Record<string, string>) => {
        const response = await fetch(t.url + path, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ _csrf: csrf, ...fields }) });
        return { status: response.status, html: await response.text() };
      };
      const answers = `/my/applications/${newId()}/answers`;
      const answer = 'There is a kerb at each corner of our street, and no way around it.';
      const { status, html } = await post(answers, { [`answer-${newId()}`]: answer });
      expect(status).toBe(401);
      expect(html).toContain('You are signed out');
      expect(html).toContain(`href="/sign-in?next=${encodeURIComponent(answers)}"`);
      expect(html).toContain(answer);

      const account = await post('/my/payments/bank', { accountNumber: '66374958', sortCode: '08-99-99' });
      expect(account.status).toBe(401);
      expect([account.html.includes('66374958'), account.html.includes('What you wrote')]).toEqual([false, false]);
      const id = newId();
      expect((await post(`/my/applications/${id}/withdrawal`, {})).html).toContain(`next=${encodeURIComponent(`/my/applications/${id}`)}`);
      expect((await post('/my/contacts', { contact: 'a@b.example' })).html).toContain(`next=${encodeURIComponent('/my/contacts')}"`);
    });
  });

  describe('of a code', () => {
    it('ask for a new one without forgetting where somebody was going', async () => {
      const form = await fetch(`${t.url}/sign-in?next=/my/applications`);
      const cookie = form.headers.getSetCookie()[0]!.split(';')[0]!;
      const csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
      const asked = await fetch(`${t.url}/sign-in`, {
        method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams({ _csrf: csrf, contact: 'new@home.example', next: '/my/applications' }),
      });
      const cookies = [cookie, ...asked.headers.getSetCookie().map((line) => line.split(';')[0]!)].join('; ');
      const code = async (cookie: string) => /<a class="govuk-link" href="([^"]+)">Send a new code/.exec(await (await fetch(`${t.url}/sign-in/code`, { headers: { cookie } })).text())![1];
      expect(await code(cookies)).toBe('/sign-in?next=%2Fmy%2Fapplications');
      t.clock.forward({ minutes: 30 });
      expect(await code(cookies)).toBe('/sign-in?next=%2Fmy%2Fapplications');
      expect(await code(`${cookie}; alongside_sign_in=nothing.real`)).toBe('/sign-in');
    });
  });
});
