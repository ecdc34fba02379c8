import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BudgetQueries } from '../../src/budgets/budgets.queries.js';
import { BankDetailsQueries } from '../../src/payments/bank-details.queries.js';
import { ClaimQueries } from '../../src/payments/claims.queries.js';
import { ClaimsService } from '../../src/payments/claims.service.js';
import { RunExportService } from '../../src/payments/run-export.service.js';
import { RunQueries } from '../../src/payments/runs.queries.js';
import { RunsService } from '../../src/payments/runs.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { attend, attendAndApprove, giveBankDetails, startPaidGroup, type PaidGroup } from '../support/paid-group.js';

describe('payments', () => {
  let t: TestApp;
  let group: PaidGroup;
  let claims: ClaimsService;
  let runs: RunsService;
  let exports: RunExportService;
  beforeAll(async () => {
    t = await startTestApp();
    claims = t.app.get(ClaimsService);
    runs = t.app.get(RunsService);
    exports = t.app.get(RunExportService);
  });
  beforeEach(async () => {
    t.clock.moveTo('2026-11-23T10:00:00Z');
    group = await startPaidGroup(t);
  });
  afterAll(() => t.close());

  const stateOf = async (id: string) => (await t.app.get(ClaimQueries).one(id))!.state;
  const balance = async () => (await t.app.get(BudgetQueries).lines()).find(({ id }) => id === group.budgetLineId)!;
  const events = async (claimId: string) => (await t.owner.query<{ event: string }>(
    `select event from outbox where payload->>'claimId' = $1 order by id`, [claimId])).rows.map(({ event }) => event);

  describe('a claim', () => {
    it('is drafted at £20 an hour in started quarter hours, and promised in ten working days', async () => {
      const id = await attend(t, group, group.amina, 130);
      expect(await t.app.get(ClaimQueries).oneOf(group.amina.personId, id)).toMatchObject({
        state: 'drafted', feePence: 4500, minutes: 130, rate: '£20 an hour', activityOn: '2026-11-24', payBy: '2026-12-08', shortName: 'DFPG',
      });
      expect(await t.app.get(MessageCatalogue).get('claim-drafted').words({ claimId: id } as never, group.amina)).toMatchObject({
        subject: 'Please check your payment of £45.00',
        text: 'Please check your payment of £45.00 for the meeting on Tuesday 24 November 2026.',
        link: { words: 'Check your payment', path: '/my/payments' },
      });
    });

    it('is answered by its claimant alone, once', async () => {
      const id = await attend(t, group, group.amina, 130);
      await expect(claims.answer(group.tom, id, true)).rejects.toThrow('We could not find what you asked for.');
      await claims.answer(group.amina, id, true);
      await claims.answer(group.amina, id, true);
      await expect(claims.answer(group.amina, id, false)).rejects.toThrow('You have answered this already.');
      expect(await events(id)).toEqual(['claim.drafted']);
      expect(await t.app.get(MessageCatalogue).get('claim-drafted').holds!({ claimId: id } as never)).toBe(false);
    });

    it('that is declined gives the money back', async () => {
      const id = await attend(t, group, group.amina, 130);
      expect((await balance()).committedPence).toBe(12_000);
      await claims.answer(group.amina, id, false);
      expect(await balance()).toMatchObject({ committedPence: 6000, spentPence: 0 });
      expect(await stateOf(id)).toBe('declined');
    });

    it('waits first in the list until it is approved, and is listed by state', async () => {
      const drafted = await attend(t, group, group.tom, 60);
      const claimed = await attend(t, group, group.amina, 130);
      await claims.answer(group.amina, claimed, true);
      const list = await t.app.get(ClaimQueries).list(null, 1);
      const waiting = list.claims.filter(({ state }) => state === 'claimed');
      expect(list.claims.slice(0, waiting.length)).toEqual(waiting);
      expect(waiting).toContainEqual(expect.objectContaining({ id: claimed, claimantName: 'Amina Yusuf', recordedByName: 'Dana Reid' }));
      expect((await t.app.get(ClaimQueries).list('drafted', 1)).claims.map(({ id }) => id)).toContain(drafted);
      await claims.approve(group.bola, claimed);
      await claims.approve(group.bola, claimed);
      expect(await t.app.get(ClaimQueries).one(claimed)).toMatchObject({ state: 'approved', approvedByName: 'Bola Ade' });
    });
  });

  describe('bank details', () => {
    it('are kept encrypted and shown masked; a change is told without a digit', async () => {
      await giveBankDetails(t, group.amina, '12345654');
      await giveBankDetails(t, group.amina, '00123499');
      expect((await t.app.get(BankDetailsQueries).current(group.amina.personId))!.masked).toBe('ending 99');
      const { rows } = await t.owner.query(
        `select account_number_cipher ~ '^test\\.' as sealed, account_number_cipher ~ '123456' as plain, replaced_at is null as current
         from bank_detail where person_id = $1 order by created_at, id`, [group.amina.personId]);
      expect(rows).toEqual([{ sealed: true, plain: false, current: false }, { sealed: true, plain: false, current: true }]);
      const words = await t.app.get(MessageCatalogue).get('bank-details-changed').words({} as never, group.amina);
      expect(JSON.stringify(words)).not.toMatch(/\d/);
    });
  });

  describe('a run', () => {
    it('takes what can be paid, leaves out the rest and says why', async () => {
      const paid = await attendAndApprove(t, group, group.amina, 130);
      const waiting = await attendAndApprove(t, group, group.tom, 60);
      await giveBankDetails(t, group.amina);
      const runId = newId();
      const built = await runs.build(group.farah, runId);
      expect(built.leftOut).toContainEqual({ claimId: waiting, reason: 'No bank details yet. They were asked for them, and can call us to be paid another way' });
      expect([await stateOf(paid), await stateOf(waiting)]).toEqual(['in_run', 'approved']);
      expect((await runs.build(group.farah, runId)).taken).toBe(built.taken);
      expect((await t.app.get(RunQueries).lines(runId)).map(({ claimId, masked, amountPence }) => [claimId, masked, amountPence]))
        .toEqual([[paid, 'ending 54', 4500]]);
    });

    it('goes to the bank as a file that is the same each time, and spends the money', async () => {
      const id = await attendAndApprove(t, group, group.amina, 130);
      await giveBankDetails(t, group.amina);
      const runId = newId();
      await runs.build(group.farah, runId);
      await expect(exports.export(group.farah, runId)).rejects.toThrow('Somebody else must release this run first');
      await runs.release(group.gwen, runId);
      expect(await balance()).toMatchObject({ committedPence: 12_000, spentPence: 0 });

      await Promise.all([exports.export(group.farah, runId), exports.export(group.farah, runId)]);
      expect(await balance()).toMatchObject({ allocatedPence: 4_000_000, committedPence: 6000, spentPence: 4500, leftPence: 3_989_500 });
      const first = await exports.file(group.farah, runId);
      await giveBankDetails(t, group.amina, '87654321');
      expect((await exports.file(group.gwen, runId)).bytes.equals(first.bytes)).toBe(true);

      const run = (await t.app.get(RunQueries).one(runId))!;
      const claim = (await t.app.get(ClaimQueries).one(id))!;
      const [header, line, trailer] = first.bytes.toString('utf8').split('\r\n');
      expect(first.name).toBe(`${run.reference}.csv`);
      expect(line).toBe(`${run.reference},${run.reference}-0001,${group.amina.personId},,A Yusuf,010203,00123454,45.00,GBP,,CP100,,,2026-11-24,202611,DFPG meeting,${claim.reference},BACS`);
      expect(trailer).toBe(`TRAILER,1,45.00,${createHash('sha256').update(`${header}\r\n${line}\r\n`).digest('hex')},,,,,,,,,,,,,,`);
      expect(run.fileSha256).toBe(createHash('sha256').update(first.bytes).digest('hex'));
      const { rows } = await t.owner.query(`select action, count(*)::int as n from audit_entry where subject_id = $1 group by 1 order by 1`, [runId]);
      expect(rows).toEqual([{ action: 'run.built', n: 1 }, { action: 'run.exported', n: 1 }, { action: 'run.file-read', n: 2 }, { action: 'run.released', n: 1 }]);

      await runs.markPaid(group.farah, runId);
      await runs.markPaid(group.farah, runId);
      expect(await stateOf(id)).toBe('paid');
      expect(await events(id)).toEqual(['claim.drafted', 'claim.paid']);
    });

    it('has nothing to take when nothing is approved', async () => {
      await runs.build(group.farah, newId()).catch(() => undefined);
      await expect(runs.build(group.farah, newId())).rejects.toThrow('No approved claim can be paid now. The list below says why.');
    });
  });

  describe('pages', () => {
    const get = async (actor: Actor, path: string) => {
      const token = await t.app.get(SignInService).openFor(actor.personId);
      const response = await fetch(`${t.url}${path}`, { headers: { cookie: `alongside=${token}` } });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };

    it('tell the claimant about benefits and advice before they answer, and nobody else anything', async () => {
      const id = await attend(t, group, group.amina, 130);
      const own = await get(group.amina, `/my/payments/claims/${id}`);
      expect(own.text).toContain('may affect benefits');
      expect(own.text).toContain('citizensadvice.org.uk');
      expect(own.text).not.toMatch(/\bsafe\b/);
      expect((await get(group.tom, `/my/payments/claims/${id}`)).status).toBe(404);
      const list = (await get(group.amina, '/my/payments')).text;
      expect(list).toContain('Check your payment of £45.00');
      expect(list).toContain('Next, you say yes or no');
    });

    it('show an account masked, and are for those whose role has them', async () => {
      const id = await attendAndApprove(t, group, group.amina, 130);
      await giveBankDetails(t, group.amina);
      const runId = newId();
      await runs.build(group.farah, runId);
      for (const [actor, path] of [
        [group.amina, '/my/payments'], [group.amina, '/my/payments/bank'], [group.amina, `/my/payments/claims/${id}`],
        [group.bola, '/staff/claims'], [group.bola, '/staff/claims?state=paid&page=7'], [group.bola, `/staff/claims/${id}`],
        [group.farah, '/staff/runs'], [group.farah, `/staff/runs/${runId}`], [group.bola, '/staff/budget'],
      ] as const) {
        const shown = await get(actor, path);
        expect([path, shown.status]).toEqual([path, 200]);
        expect(shown.text).not.toMatch(/00123454|010203|01-02-03/);
      }
      for (const path of ['/staff/claims', '/staff/runs', '/staff/budget']) expect([path, (await get(group.amina, path)).status]).toEqual([path, 403]);
      expect((await get(group.bola, '/staff/runs')).status).toBe(403);
      await runs.release(group.gwen, runId);
      await exports.export(group.farah, runId);
      expect(await get(group.farah, `/staff/runs/${runId}/file`)).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' });
    });
  });
});
