import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimStates } from '../../src/payments/claim.rules.js';
import { ClaimsService } from '../../src/payments/claims.service.js';
import { RunExportService } from '../../src/payments/run-export.service.js';
import { runStates } from '../../src/payments/run.rules.js';
import { RunsService } from '../../src/payments/runs.service.js';
import type { Actor } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { attend, attendAndApprove, giveBankDetails, startPaidGroup, type PaidGroup } from '../support/paid-group.js';

describe('duties are separate', () => {
  let t: TestApp;
  let group: PaidGroup;
  let claims: ClaimsService;
  let runs: RunsService;
  beforeAll(async () => {
    t = await startTestApp();
    claims = t.app.get(ClaimsService);
    runs = t.app.get(RunsService);
  });
  beforeEach(async () => { group = await startPaidGroup(t); });
  afterAll(() => t.close());

  const claimed = async () => {
    const id = await attend(t, group, group.amina, 130);
    await claims.answer(group.amina, id, true);
    return id;
  };
  const built = async () => {
    const claimId = await attendAndApprove(t, group, group.amina, 130);
    await giveBankDetails(t, group.amina);
    const runId = newId();
    await runs.build(group.farah, runId);
    return { claimId, runId };
  };
  const shareAJob = async (...actors: Actor[]) => {
    const id = newId();
    await t.owner.query(`insert into job_share (id, name) values ($1, 'One job')`, [id]);
    await t.owner.query(`update role_assignment set job_share_id = $1 where person_id = any($2)`, [id, actors.map(({ personId }) => personId)]);
  };
  const broken = (constraint: string) => ({ code: '23514', constraint });
  const denied = { code: '42501' };

  describe('in the service, with a kind sentence', () => {
    it('approving is not for the claimant, the recorder, or their job-share partners', async () => {
      const id = await claimed();
      await expect(claims.approve(group.amina, id)).rejects.toThrow('This claim is your own');
      await expect(claims.approve(group.dana, id)).rejects.toThrow('You or your job-share partner recorded this attendance.');
      await expect(claims.approve(group.sam, id)).rejects.toThrow('You or your job-share partner recorded this attendance.');
    });

    it('building leaves out what the builder or their job-share partner approved', async () => {
      const claimId = await attendAndApprove(t, group, group.amina, 130);
      await giveBankDetails(t, group.amina);
      await shareAJob(group.bola, group.farah);
      await expect(runs.build(group.farah, newId())).rejects.toThrow('No approved claim can be paid now.');
      expect((await runs.build(group.gwen, newId())).leftOut).toEqual([]);
      expect((await t.owner.query(`select state from claim where id = $1`, [claimId])).rows).toEqual([{ state: 'in_run' }]);
    });

    it('releasing is not for the builder, their job-share partner, or who entered the bank details', async () => {
      const { runId } = await built();
      await expect(runs.release(group.farah, runId)).rejects.toThrow('built this run. Another finance officer releases it');
      await shareAJob(group.farah, group.gwen);
      await expect(runs.release(group.gwen, runId)).rejects.toThrow('built this run. Another finance officer releases it');

      const other = await startPaidGroup(t);
      await attendAndApprove(t, other, other.amina, 130);
      await giveBankDetails(t, { ...other.gwen, onBehalfOf: other.amina.personId });
      const second = newId();
      await runs.build(other.farah, second);
      await expect(runs.release(other.gwen, second)).rejects.toThrow('entered bank details that this run pays to.');
    });
  });

  describe('in the database, as the application’s role', () => {
    it('refuses self-approval, and approval by the recorder or their job-share partner', async () => {
      const id = await claimed();
      for (const { personId } of [group.amina, group.dana, group.sam]) {
        await expect(t.asApplication.query(`update claim set state = 'approved', approved_by = $2, approved_at = '2026-12-01Z' where id = $1`, [id, personId]))
          .rejects.toMatchObject(broken('separate_duties'));
      }
    });

    it('refuses an approver changed afterwards', async () => {
      const id = await attendAndApprove(t, group, group.amina, 130);
      await expect(t.asApplication.query(`update claim set approved_by = $2 where id = $1`, [id, group.gwen.personId]))
        .rejects.toMatchObject(broken('claim_approved_once'));
    });

    it('refuses skipping to paid, from every state', async () => {
      const id = await attend(t, group, group.amina, 130);
      const skip = () => t.asApplication.query(`update claim set state = 'paid', paid_at = '2026-12-01Z' where id = $1`, [id]);
      await expect(skip()).rejects.toMatchObject({ code: '23514' });
      await claims.answer(group.amina, id, true);
      await expect(skip()).rejects.toMatchObject({ code: '23514' });
      await claims.approve(group.bola, id);
      await expect(skip()).rejects.toMatchObject({ code: '23514' });
      await giveBankDetails(t, group.amina);
      const runId = newId();
      await runs.build(group.farah, runId);
      await expect(skip()).rejects.toMatchObject({ code: '23514' });
      await runs.release(group.gwen, runId);
      await expect(skip()).rejects.toMatchObject({ code: '23514' });
      await t.app.get(RunExportService).export(group.farah, runId);
      await expect(skip()).rejects.toMatchObject(broken('claim_follows_its_run'));
    });

    it('refuses a claim further than its run', async () => {
      const id = await attendAndApprove(t, group, group.amina, 130);
      await expect(t.asApplication.query(`update claim set state = 'in_run' where id = $1`, [id])).rejects.toMatchObject(broken('claim_follows_its_run'));
    });

    it('refuses a claim whose amount, rate or time is changed', async () => {
      for (const change of ['fee_pence = 1', 'minutes = 1', 'rate_pence = 1', 'recorded_by = person_id', 'person_id = recorded_by']) {
        await expect(t.asApplication.query(`update claim set ${change}`)).rejects.toMatchObject(denied);
      }
    });

    it('refuses a claim by whoever recorded the attendance, or that names another recorder', async () => {
      const id = await attend(t, group, group.amina, 130);
      const copy = (recorder: string) => t.asApplication.query(
        `insert into claim (id, reference, person_id, occasion_id, group_id, state, activity_on, minutes, rate_pence, rate_unit, fee_pence, recorded_by, created_at)
         select $2, 'C-OTHER', person_id, occasion_id, group_id, 'drafted', activity_on, minutes, rate_pence, rate_unit, fee_pence, ${recorder}, created_at
         from claim where id = $1`, [id, newId()]);
      await expect(copy('person_id')).rejects.toMatchObject(broken('separate_duties'));
      await expect(copy(`'${group.bola.personId}'`)).rejects.toMatchObject(broken('claim_from_attendance'));
    });

    it('refuses a run line built by its approver, of another amount, or to another’s account', async () => {
      const claimId = await attendAndApprove(t, group, group.amina, 130);
      await giveBankDetails(t, group.amina);
      await giveBankDetails(t, group.tom);
      const line = async (builder: Actor, pence: number, payee: Actor) => {
        const runId = newId();
        await t.asApplication.query(
          `insert into payment_run (id, reference, state, built_by, built_at) values ($1::uuid, $1::text, 'built', $2, '2026-12-01Z')`, [runId, builder.personId]);
        await t.asApplication.query(
          `insert into payment_run_line (run_id, claim_id, bank_detail_id, amount_pence)
           select $1, $2, id, $3 from bank_detail where person_id = $4 and replaced_at is null`, [runId, claimId, pence, payee.personId]);
      };
      await expect(line(group.bola, 4500, group.amina)).rejects.toMatchObject(broken('separate_duties'));
      await expect(line(group.dana, 4500, group.amina)).rejects.toMatchObject(broken('separate_duties'));
      await expect(line(group.amina, 4500, group.amina)).rejects.toMatchObject(broken('separate_duties'));
      await expect(line(group.farah, 4501, group.amina)).rejects.toMatchObject(broken('run_line_approved'));
      await expect(line(group.farah, 4500, group.tom)).rejects.toMatchObject(broken('run_line_payee'));
    });

    it('refuses a release by the builder, the approver or the claimant, and a releaser changed afterwards', async () => {
      const { runId } = await built();
      const release = (personId: string) => t.asApplication.query(
        `update payment_run set state = 'released', released_by = $2, released_at = '2026-12-01Z' where id = $1`, [runId, personId]);
      for (const { personId } of [group.farah, group.bola, group.amina, group.dana]) {
        await expect(release(personId)).rejects.toMatchObject(broken('separate_duties'));
      }
      await release(group.gwen.personId);
      await expect(t.asApplication.query(`update payment_run set released_by = built_by where id = $1`, [runId])).rejects.toMatchObject(broken('run_released_once'));
    });

    it('refuses an export without a file, and a file that changes', async () => {
      const { runId } = await built();
      await runs.release(group.gwen, runId);
      await expect(t.asApplication.query(`update payment_run set state = 'exported' where id = $1`, [runId])).rejects.toMatchObject({ code: '23514' });
      await t.app.get(RunExportService).export(group.farah, runId);
      await expect(t.asApplication.query(`update payment_run set file_cipher = 'x' where id = $1`, [runId])).rejects.toMatchObject(denied);
      const client = await t.asApplication.connect();
      try {
        await client.query('begin');
        await client.query('set local role alongside_finance');
        await expect(client.query(`update payment_run set file_cipher = 'x' where id = $1`, [runId])).rejects.toMatchObject(broken('run_released_once'));
      } finally {
        client.release(true);
      }
    });

    it.each([
      ['changing a run line', `update payment_run_line set amount_pence = 1`],
      ['deleting a run line', `delete from payment_run_line`],
      ['changing a posting', `update posting set amount_pence = 1`],
      ['deleting a posting', `delete from posting`],
      ['changing a journal', `update journal set kind = 'release'`],
      ['deleting a journal', `delete from journal`],
      ['changing an audit row', `update audit_entry set action = 'nothing'`],
      ['deleting an audit row', `delete from audit_entry`],
      ['changing a seal', `update audit_seal set hash = ''`],
      ['deleting a claim', `delete from claim`],
      ['reading an account number', `select account_number_cipher from bank_detail`],
      ['reading a sort code', `select sort_code_cipher from bank_detail`],
      ['reading a payment file', `select file_cipher from payment_run`],
      ['changing bank details in place', `update bank_detail set account_number_cipher = 'x'`],
      ['adding a step to the states', `insert into state_transition values ('claim', 'drafted', 'paid')`],
    ])('refuses %s', async (_, statement) => {
      await expect(t.asApplication.query(statement)).rejects.toMatchObject(denied);
    });

    it.each(['payment_run_line', 'posting', 'journal', 'audit_entry'])('refuses even the owner a change of %s', async (table) => {
      await expect(t.owner.query(`delete from ${table}`)).rejects.toThrow(`${table} is append-only`);
    });
  });

  it.each([['claim', claimStates], ['payment_run', runStates]] as const)('%s has the same states as the database', async (machine, states) => {
    const { rows } = await t.owner.query<{ machine: string; from: string; to: string }>(
      `select machine, from_state as "from", to_state as "to" from state_transition where machine = $1`, [machine]);
    const sorted = (steps: { from: string; to: string }[]) => [...steps].sort((a, b) => `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`));
    expect(sorted(rows)).toEqual(sorted(states.rows()));
  });
});
