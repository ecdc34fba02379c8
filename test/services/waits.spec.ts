import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WaitsQueries } from '../../src/adjustments/waits.queries.js';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChoosingService } from '../../src/choosing/choosing.service.js';
import { InterviewsService } from '../../src/interviews/interviews.service.js';
import { RoundsQueries } from '../../src/interviews/rounds.queries.js';
import { SlotsService } from '../../src/interviews/slots.service.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, panelOf, writeApplication, type OpenCall } from '../support/open-call.js';

const FIRST_DAY = 11;

describe('how long people wait for an interview, with and without adjustments', () => {
  let t: TestApp;
  let call: OpenCall;
  let panel: string[];
  let roundId: string;

  beforeAll(async () => {
    t = await startTestApp();
    call = await openCall(t);
    panel = await panelOf(t, call);
    roundId = (await t.app.get(RoundsQueries).ofCall(call.id))[0]!.id;
  });
  afterAll(() => t.close());

  const figures = async (now: string) => {
    t.clock.moveTo(now);
    return t.app.get(WaitsQueries).figures();
  };

  const taken = new Map<number, number>();
  /** Told on 7 December that they are shortlisted; interviewed on this day of January, whose first, the 11th, is 22 working days later. */
  async function interviewed(day: number, withAdjustment: boolean): Promise<void> {
    t.clock.moveTo('2026-12-01T10:00:00Z');
    const who = await applicant(t);
    const id = await writeApplication(t, call, who, { needs: withAdjustment ? [{ code: 'questions-in-advance', ownWords: null }] : [] });
    await t.app.get(ApplicationsService).submit(who.actor, id);
    t.clock.moveTo('2026-12-07T10:00:00Z');
    await t.app.get(ChoosingService).decide(call.dana, id, { outcome: 'shortlisted', reason: 'Knows the barriers.', coDecidedBy: call.ruth.personId });
    await t.app.get(ChoosingService).toldByPerson(call.dana, id);
    const slotId = newId();
    const hour = 9 + (taken.get(day) ?? 0);
    taken.set(day, hour - 8);
    await t.app.get(SlotsService).create(call.dana, call.id, {
      id: slotId, roundId, day: `2027-01-${day}`, startTime: `${String(hour).padStart(2, '0')}:00`, length: 40, count: 1, gap: 0, format: 'video', joiningDetails: 'A link.', panel,
    });
    await t.app.get(InterviewsService).book(who.actor, slotId, id);
    await t.owner.query(`update attendance set state = 'attended', minutes = 40, recorded_by = $2, recorded_at = $3 where person_id = $1`, [who.actor.personId, call.dana.personId, t.clock.now()]);
  }

  it('is shown when there are five of each, for quarters that are over, and the middle one is exact', async () => {
    for (const day of [0, 0, 1, 1, 2, 2]) await interviewed(FIRST_DAY + day, false);
    for (const day of [0, 1, 2, 3]) await interviewed(FIRST_DAY + day, true);
    expect(await figures('2027-04-01T10:00:00Z')).toBeNull();
    const page = async () => (await (await fetch(`${t.url}/access-requirements-met`)).text()).replace(/\s+/g, ' ');
    expect(await page()).toContain('There were too few interviews to show this yet.');

    await interviewed(FIRST_DAY + 4, true);
    expect(await figures('2027-03-31T10:00:00Z')).toBeNull();
    expect(await figures('2027-04-01T10:00:00Z')).toEqual({ withAdjustments: { people: 5, median: 24 }, without: { people: 6, median: 23 } });
    expect(await figures('2027-12-31T10:00:00Z')).not.toBeNull();
    expect(await figures('2028-04-01T10:00:00Z')).toBeNull();

    t.clock.moveTo('2027-04-02T10:00:00Z');
    const shown = await page();
    expect(shown.match(/\d+ working days/g)).toEqual(['24 working days', '23 working days']);
    // A number of people would tell who came to each interview.
    expect(shown).not.toMatch(/[56] people/);
  });
});
