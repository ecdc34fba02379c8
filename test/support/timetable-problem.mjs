// A made-up round of interviews, the same for the same seed: a quarter of the people with adjustments, two interpreters, three rooms.
// `scarce` leaves too few half-days with a resident on the panel.

export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const MINUTES = 180;

export function madeUpProblem({ applicants, days, seed = 1, scarce = false, residents = 6, leads = 5, others = 2, most = 99 }) {
  const random = randomFrom(seed);
  const some = (chance) => random() < chance;
  const halfDays = Array.from({ length: days * 2 }, (_, index) => {
    const day = `2027-03-${String(1 + Math.floor(index / 2)).padStart(2, '0')}`;
    return { id: `${day} ${index % 2 === 0 ? 'morning' : 'afternoon'}`, day, minutes: MINUTES };
  });
  const ids = halfDays.map(({ id }) => id);
  const notFree = (chance) => ids.filter(() => some(chance));
  const rooms = [['step_free', 'loop', 'quiet'], ['step_free', 'loop'], ['step_free']].map((features, index) => ({
    id: `room ${index + 1}`, features, formats: ['in_person', 'phone', 'video'], closed: notFree(0.1),
  }));
  const people = Array.from({ length: applicants }, (_, index) => {
    const adjusted = index % 4 === 0;
    const bsl = adjusted && index % 12 === 0;
    const no = notFree(0.4);
    const free = ids.filter((id) => !no.includes(id));
    return {
      id: `person ${index + 1}`, minutes: 30 + (adjusted ? [15, 15, 30][Math.floor(random() * 3)] : 0),
      formats: adjusted && some(0.2) ? ['video', 'phone'] : ['in_person', 'phone', 'video'],
      features: adjusted ? [['step_free'], ['loop'], ['step_free', 'quiet']][Math.floor(random() * 3)] : [],
      skills: bsl ? [{ skill: 'bsl', preferred: some(0.3) ? ['interpreter 1'] : [], refused: some(0.15) ? ['interpreter 2'] : [] }] : [],
      notBefore: null, no, prefer: free.filter(() => some(0.4)), busy: [], conflicts: some(0.05) ? ['lead 1'] : [], current: null,
    };
  });
  const member = (kind, index, away) => ({
    id: `${kind} ${index + 1}`, kind, features: [], skills: [], notBefore: null, no: notFree(away), prefer: [], most,
  });
  const list = (count, kind, away) => Array.from({ length: count }, (_, index) => member(kind, index, away));
  const panel = [...list(leads, 'lead', 0.3), ...list(scarce ? 1 : residents, 'resident', scarce ? 0.2 : 0.3), ...list(others, 'other', 0.3)];
  const interpreters = [1, 2].map((number) => ({
    id: `interpreter ${number}`, skills: ['bsl'], windows: ids.filter(() => some(0.5)).map((halfDay) => ({ halfDay, from: 0, to: MINUTES })),
  }));
  return {
    halfDays, places: rooms, people, panel, interpreters,
    rule: { least: 3, most: 4, breakMinutes: 10, travelMinutes: 30, interpreterMinutes: 120 },
  };
}
