import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InterpretersQueries } from '../../src/adjustments/interpreters.queries.js';
import { DiaryService } from '../../src/diary/diary.service.js';
import { Database } from '../../src/platform/database.js';
import { newId } from '../../src/platform/ids.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';
import { someone } from '../support/open-call.js';

describe('arranging', () => {
  let t: TestApp;
  let database: Database;
  let diary: DiaryService;
  let lead: ReturnType<typeof actorFor>;
  let meera: string;

  beforeAll(async () => {
    t = await startTestApp();
    database = t.app.get(Database);
    diary = t.app.get(DiaryService);
    lead = await someone(t, 'Dana Reid', 'strategic_lead');
  });
  beforeEach(async () => {
    meera = await database.transaction((tx) => diary.addInterpreter(tx, 'Meera Joshi', ['bsl-interpreter']));
  });
  afterAll(() => t.close());

  const at = (time: string) => new Date(`2027-01-12T${time}:00Z`);

  async function occasion(holderId: string | null, from: string, to: string): Promise<string> {
    const id = newId();
    await database.transaction((tx) => diary.plan(tx, lead, {
      id, kind: 'interview', startsAt: at(from), endsAt: at(to), format: 'phone', roomId: null, joiningDetails: null, holderId,
    }));
    return id;
  }

  const hold = (holderId: string, from: string, to: string, id = newId()) =>
    database.transaction((tx) => diary.hold(tx, { id, holderId, resourceId: meera, startsAt: at(from), endsAt: at(to) }, 'Taken.'));
  const reserve = (occasionId: string) => database.transaction((tx) => diary.reserveResource(tx, occasionId, meera, 'Taken.'));

  describe('what is held', () => {
    it('is for the interviews of its call alone, one after the other', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      await reserve(await occasion(callId, '10:00', '10:45'));
      await reserve(await occasion(callId, '10:45', '11:30'));
      await expect(reserve(await occasion(callId, '11:00', '12:00'))).rejects.toThrow('Taken.');
      await expect(reserve(await occasion(newId(), '12:00', '12:30'))).rejects.toThrow('Taken.');
      await expect(reserve(await occasion(null, '12:00', '12:30'))).rejects.toThrow('Taken.');
      await expect(hold(newId(), '12:00', '14:00')).rejects.toThrow('Taken.');
      await expect(hold(callId, '12:00', '14:00')).rejects.toThrow('Taken.');
      await hold(newId(), '13:00', '17:00');
      expect((await t.app.get(InterpretersQueries).heldFor(callId)).map(({ name, startsAt, endsAt }) => [name, startsAt, endsAt]))
        .toEqual([['Meera Joshi', at('09:00'), at('13:00')]]);
    });

    it('is free for others once it is released', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      expect(await database.transaction((tx) => diary.releaseHolds(tx, { holderId: callId }))).toHaveLength(1);
      expect(await database.transaction((tx) => diary.releaseHolds(tx, { holderId: callId }))).toEqual([]);
      await reserve(await occasion(newId(), '12:00', '12:30'));
      expect(await t.app.get(InterpretersQueries).heldFor(callId)).toEqual([]);
    });

    it('is kept by PostgreSQL, whoever asks and whatever holder they name', async () => {
      const callId = newId();
      await hold(callId, '09:00', '13:00');
      const [own, other] = [await occasion(callId, '09:00', '10:00'), await occasion(null, '09:30', '10:30')];
      const insert = (occasionId: string | null, holderId: string) => t.asApplication.query(
        `insert into reservation (id, occasion_id, holder_id, resource_id, during) values ($1, $2, $3, $4, tstzrange($5, $6))`,
        [newId(), occasionId, holderId, meera, at('09:30'), at('10:00')]);
      await expect(insert(other, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_by_another' });
      await expect(insert(null, newId())).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_by_another' });
      await expect(insert(null, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_held_once' });
      await insert(own, newId());
      await expect(insert(own, callId)).rejects.toMatchObject({ code: '23P01', constraint: 'reservation_no_overlap' });
    });
  });
});
