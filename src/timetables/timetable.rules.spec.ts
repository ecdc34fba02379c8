import { describe, expect, it } from '@jest/globals';
import { faultsOf } from './checking.rules.js';
import { sequence } from './sequence.rules.js';
import { reasonAlone, reasonSentence, shortageSentence, type Shortfall } from './shortage.rules.js';
import { costOf, type Applicant, type Panellist, type Plan, type Problem } from './timetable.rules.js';

const MORNING = '2027-03-01 morning';
const AFTERNOON = '2027-03-01 afternoon';

const person = (more: Partial<Applicant> = {}): Applicant => ({
  id: 'amina', minutes: 30, formats: ['in_person', 'phone'], features: [], skills: [], notBefore: null, no: [], prefer: [], busy: [],
  conflicts: [], current: null, ...more,
});
const member = (id: string, kind: Panellist['kind'], more: Partial<Panellist> = {}): Panellist =>
  ({ id, kind, features: [], skills: [], notBefore: null, no: [], prefer: [], most: 9, ...more });

const problem = (more: Partial<Problem> = {}): Problem => ({
  halfDays: [MORNING, AFTERNOON].map((id) => ({ id, day: '2027-03-01', minutes: 180 })),
  places: [
    { id: 'room', features: ['step_free'], formats: ['in_person', 'phone'], closed: [] },
    { id: 'no room', features: [], formats: ['phone', 'home_visit'], closed: [] },
  ],
  people: [person(), person({ id: 'ben', minutes: 45 })],
  panel: [member('lead', 'lead'), member('resident', 'resident'), member('councillor', 'other'), member('second resident', 'resident')],
  interpreters: [{ id: 'interpreter', skills: ['bsl'], windows: [{ halfDay: MORNING, from: 0, to: 180 }] }],
  rule: { least: 3, most: 4, breakMinutes: 10, travelMinutes: 30, interpreterMinutes: 120 },
  ...more,
});

const plan = (more: Partial<Plan['sittings'][number]> = {}, ...others: Plan['sittings']): Plan => ({
  sittings: [{
    halfDay: MORNING, place: 'room', panel: ['lead', 'resident', 'councillor'], interpreters: [], placements: [
      { personId: 'amina', start: 0, minutes: 30, format: 'in_person' }, { personId: 'ben', start: 40, minutes: 45, format: 'phone' },
    ], ...more,
  }, ...others],
});
const placed = (personId: string, start: number, minutes = 30) => ({ personId, start, minutes, format: 'in_person' as const });

describe('checking a plan', () => {
  const faults = (one: Plan, more: Partial<Problem> = {}) => faultsOf(problem(more), one).map(({ personId, what }) => `${personId ?? 'nobody'} ${what}`);
  const bsl = { skill: 'bsl', preferred: [], refused: [] };

  it('finds nothing wrong with a good one', () => {
    expect(faults(plan())).toEqual([]);
    expect(costOf(problem(), plan())).toEqual({ notPreferred: 0, halfDays: 1, moves: 0 });
  });

  it('never leaves anybody out, or places them twice', () => {
    expect(faults(plan({ placements: [placed('amina', 0)] }))).toEqual(['ben has no time']);
    expect(faults(plan({ placements: [placed('amina', 0), placed('amina', 40), placed('ben', 90, 45)] }))).toEqual(['amina has more than one time']);
  });

  it.each<[string, Plan, Partial<Problem>, string]>([
    ['too little time', plan({ placements: [placed('amina', 0), placed('ben', 40, 30)] }), {}, 'ben needs 45 minutes'],
    ['no break', plan({ placements: [placed('amina', 0), placed('ben', 35, 45)] }), {}, 'ben has no break before them on 2027-03-01'],
    ['after the end', plan({ placements: [placed('amina', 0), placed('ben', 140, 45)] }), {}, 'ben does not fit into the half-day'],
    ['a panel that is too small', plan({ panel: ['lead', 'resident'] }), {}, 'nobody a panel has 3 to 4 people'],
    ['no resident', plan({ panel: ['lead', 'councillor', 'clerk'] }), { panel: [member('lead', 'lead'), member('councillor', 'other'), member('clerk', 'other')] }, 'nobody a panel has at least one resident'],
    ['somebody away', plan(), { panel: [...problem().panel.slice(1), member('lead', 'lead', { no: [MORNING] })] }, 'lead can’t be there then'],
    ['a no', plan(), { people: [person({ no: [MORNING] }), person({ id: 'ben', minutes: 45 })] }, 'amina can’t be there then'],
    ['before the first safe day', plan(), { people: [person({ notBefore: '2027-03-02' }), person({ id: 'ben', minutes: 45 })] }, 'amina can’t be there then'],
    ['a room without what is needed', plan(), { people: [person({ features: ['loop'] }), person({ id: 'ben', minutes: 45 })] }, 'amina can’t be met there'],
    ['a room that is taken', plan(), { places: [{ ...problem().places[0]!, closed: [MORNING] }] }, 'nobody the room is taken'],
    ['somebody they know', plan(), { people: [person({ conflicts: ['lead'] }), person({ id: 'ben', minutes: 45 })] }, 'amina knows somebody on the panel too well'],
    ['nobody who interprets', plan(), { people: [person({ skills: [bsl] }), person({ id: 'ben', minutes: 45 })] }, 'amina has nothing arranged for then'],
    ['an interpreter they refused', plan({ interpreters: ['interpreter'] }),
      { people: [person({ skills: [{ ...bsl, refused: ['interpreter'] }] }), person({ id: 'ben', minutes: 45 })] }, 'amina has nothing arranged for then'],
    ['a fixed time', plan(), { people: [person({ current: { halfDay: MORNING, place: 'room', start: 60, format: 'in_person', pinned: true, with: [] } }), person({ id: 'ben', minutes: 45 })] }, 'amina has a time that is fixed'],
    ['too often', plan(), { panel: [...problem().panel.slice(1), member('lead', 'lead', { most: 0 })] }, 'lead sits for 1 half-days, more than the 0 they can do'],
  ])('refuses %s', (_, one, more, what) => {
    expect(faults(one, more)).toContain(what);
    expect(faults(one, more).filter((other) => !other.startsWith('nobody'))).toEqual(what.startsWith('nobody') ? [] : [what]);
  });

  it('refuses two places at once', () => {
    const split = plan({ placements: [placed('amina', 0)] },
      { halfDay: MORNING, place: 'no room', panel: ['lead', 'second resident', 'councillor'], interpreters: [], placements: [{ personId: 'ben', start: 0, minutes: 45, format: 'phone' }] });
    expect(faults(split)).toEqual(['lead is in two places at once', 'councillor is in two places at once']);
  });

  it('leaves time for the way to a home and back', () => {
    const home = (start: number): Plan => plan({ place: 'no room', placements: [
      { personId: 'amina', start, minutes: 30, format: 'home_visit' }, { personId: 'ben', start: start + 70, minutes: 45, format: 'phone' }] });
    const people = [person({ formats: ['home_visit'] }), person({ id: 'ben', minutes: 45 })];
    expect(faults(home(30), { people })).toEqual([]);
    expect(faults(home(20), { people })).toEqual(['amina does not fit into the half-day']);
  });
});

describe('the order in a half-day', () => {
  const room = { halfDay: problem().halfDays[0]!, interpreters: problem().interpreters, rule: problem().rule };
  const seat = (one: Applicant, stays = false) => ({ person: one, format: 'in_person' as const, stays });
  const starts = (placements: ReturnType<typeof sequence>) => placements && Object.fromEntries(placements.map(({ personId, start }) => [personId, start]));

  it('keeps what somebody was told, unless nobody else would fit', () => {
    const told = (start: number) => person({ current: { halfDay: MORNING, place: 'room', start, format: 'in_person', pinned: false, with: [] } });
    const long = person({ id: 'ben', minutes: 100 });
    expect(starts(sequence([seat(told(120), true), seat(long)], room))).toEqual({ ben: 0, amina: 120 });
    expect(starts(sequence([seat(told(90), true), seat(long)], room))).toEqual({ amina: 0, ben: 40 });
  });

  it('waits for an interpreter who comes later, and goes round times somebody is away', () => {
    const bsl = person({ skills: [{ skill: 'bsl', preferred: [], refused: [] }] });
    const late = { ...room, interpreters: [{ id: 'interpreter', skills: ['bsl'], windows: [{ halfDay: MORNING, from: 60, to: 120 }] }] };
    expect(starts(sequence([seat(bsl), seat(person({ id: 'ben', minutes: 45 }))], late))).toEqual({ ben: 0, amina: 60 });
    expect(starts(sequence([seat(person({ busy: [{ halfDay: MORNING, from: 0, to: 90 }] }))], late))).toEqual({ amina: 90 });
    expect(sequence([seat(bsl), seat({ ...bsl, id: 'ben' })], late)).toBeNull();
  });
});

describe('why somebody has no place', () => {
  const why = (one: Partial<Applicant>, more: Partial<Problem> = {}) => reasonAlone(problem(more), person(one))?.why ?? null;

  it('says times and minutes', () => {
    expect(why({})).toBeNull();
    expect(why({ no: [MORNING, AFTERNOON] })).toBe('no-times');
    expect(why({ notBefore: '2027-03-05' })).toBe('safe-day');
    expect(why({ features: ['loop'], formats: ['in_person'] })).toBe('no-room');
    expect(why({ minutes: 200 })).toBe('too-long');
    expect(why({}, { panel: problem().panel.filter(({ kind }) => kind !== 'resident') })).toBe('no-resident');
    expect(why({}, { panel: problem().panel.filter(({ kind }) => kind !== 'lead') })).toBe('no-lead');
    expect(why({}, { panel: problem().panel.slice(0, 2) })).toBe('no-panel');
    expect(why({ no: [MORNING], skills: [{ skill: 'bsl', preferred: [], refused: [] }] })).toBe('arranged');
  });

  it('never says what somebody needs', () => {
    const words = (['no-times', 'no-room', 'no-panel', 'no-lead', 'no-resident', 'arranged', 'full'] as const).map((each) => reasonSentence({ why: each }));
    words.push(reasonSentence({ why: 'safe-day', day: '2027-03-05' }), reasonSentence({ why: 'too-long', minutes: 200 }),
      reasonSentence({ why: 'lacks', halfDay: MORNING, lacks: ['residents', 'arranged'] }));
    expect(words.join(' ')).not.toMatch(/BSL|sign|interpret|loop|step|access requirement|adjust/i);
    expect(words[9]).toBe('They fit on Monday 1 March 2027, morning, once a resident panel member and what the access co-ordinator arranges is there.');
  });

  it('is summed up in a sentence', () => {
    const short = (more: Partial<Shortfall>, proven = true) => shortageSentence({
      shortfall: { residents: 0, leads: 0, others: 0, arranged: 0, halfDays: 0, ...more }, waiting: [], proven });
    expect(short({ residents: 2 })).toBe('Two more half-days with a resident panel member would place everyone.');
    expect(short({ residents: 1, halfDays: 12 }, false)).toBe(
      'One more half-day with a resident panel member and 12 more half-days with a room and a panel would place everyone. Fewer may be enough: we stopped looking when the time was up.');
    expect(shortageSentence({
      shortfall: { residents: 0, leads: 0, others: 0, arranged: 0, halfDays: 0 }, waiting: [{ personId: 'amina', reason: { why: 'no-times' } }], proven: true,
    })).toBe('One person can’t be placed in this round as it is. Below is why.');
  });
});
