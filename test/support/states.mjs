// Random lives of applications, lived through the services' own commands against a model made of the rules.
// Plain JavaScript, because a spec and `npm run prove -- states` share it: the one gives it the sources, the other what was built.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';

const OUTCOMES = ['shortlisted', 'reserve', 'not_selected', 'offered'];
const SEAT = 'resident';
/** A call has seats and interview times for so many lives; then comes the next call. */
const LIVES_A_CALL = 40;

/**
 * `runs` lives of `steps` commands each, on the application `app`; `load('src/calls/calls.queries')` gives a module of it.
 * Throws with the shortest life that goes wrong: a command that the rules allow is refused, or the other way round, or the
 * database is not as the model says. Answers what was seen over all lives, for `problemsIn`.
 */
export async function liveManyLives({ app, load, owner, today, runs, steps, seed, log = () => {} }) {
  const stage = await prepare(app, load, owner, today);
  await watchSteps(owner);
  let lived = 0;
  await fc.assert(
    fc.asyncProperty(lives(steps), async (life) => {
      if (lived % LIVES_A_CALL === 0) await stage.nextCall();
      const real = { ...stage, call: stage.call, applicant: await stage.newApplicant() };
      await fc.asyncModelRun(() => ({ model: newModel(), real }), life);
      lived += 1;
      if (lived % 50 === 0) log(`${lived} lives`);
    }),
    { numRuns: runs, seed },
  );
  return { lives: lived, ...await summary(owner) };
}

/** What must never be, in words. */
export function problemsIn({ illegal, unaudited, toldOfUndone, toldTwice }) {
  return [
    [illegal, 'steps that the table of states does not have'],
    [unaudited, 'steps without an audit entry in their transaction'],
    [toldOfUndone, 'messages about decisions that were undone or discarded'],
    [toldTwice, 'messages about one decision, sent twice'],
  ].filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}

/** The people, and calls one after another. */
async function prepare(app, load, owner, today) {
  const { World } = await load('seeds/demo/world');
  const { publishCall } = await load('seeds/demo/calls');
  const { GroupsService } = await load('src/groups/groups.service');
  const { CallsQueries } = await load('src/calls/calls.queries');
  const { SlotsService } = await load('src/interviews/slots.service');
  const { PeopleQueries } = await load('src/people/people.queries');
  const { BackgroundWorker } = await load('src/platform/worker');
  const world = new World(app, today);
  await world.at(-10, '09:00');
  const stage = {
    owner, call: null,
    lead: await world.person('Dana Reid', 'dana@council.example', ['strategic_lead']),
    coDecider: await world.person('Ruth Adeyemi', 'ruth@home.example', ['co_decider', 'panel_member']),
    panelMember: await world.person('Mary Okafor', 'mary@home.example', ['panel_member']),
    services: await services(world, load),
    rules: {
      ...await load('src/applications/application.rules'), ...await load('src/choosing/decision.rules'), ...await load('src/interviews/interview.rules'),
    },
    work: () => app.get(BackgroundWorker).wake(),
  };
  let calls = 0;
  let applicants = 0;
  stage.nextCall = async () => {
    calls += 1;
    const groupId = world.newId();
    await world.database.transaction((tx) => world.get(GroupsService).create(tx, stage.lead, {
      id: groupId, slug: `group-${calls}`, name: `Group ${calls}`, shortName: `Group ${calls}`, purpose: 'Lives.', meets: 'Once a month',
      budgetLineId: null, seats: [{ kind: SEAT, places: 99 }],
    }));
    await world.at(-10, '09:00');
    const first = 40 + 2 * calls;
    const id = await publishCall(world, stage.lead, stage.coDecider, {
      title: `Call ${calls}`, shortName: `Call ${calls}`, referencePrefix: 'LIFE', groupId, summary: 'A call.', whatYouWouldDo: 'You say what works.',
      whoWeAreLookingFor: 'Residents.', timeCommitment: 'Once a month', rate: 2000, rateUnit: 'hour', residentPlaces: 99,
      opensOn: await world.day(-9), opensTime: '10:00', closesOn: await world.day(20), closesTime: '12:00',
      interviewsFrom: await world.day(first), interviewsTo: await world.day(first + 1), firstMeetingOn: await world.day(first + 20),
    }, [{ text: 'Which barriers do you meet?', wordLimit: 50 }]);
    await world.at(0, '09:00');
    // Short ones, so that there are many.
    await world.database.transaction((tx) => tx.query(`update interview_round set base_minutes = 20 where call_id = $1`, [id]));
    for (const later of [0, 1]) {
      await world.get(SlotsService).create(stage.lead, id, {
        id: world.newId(), day: await world.day(first + later), startTime: '08:00', length: 20, count: 30, gap: 0, format: 'phone',
        panel: [stage.lead.id, stage.coDecider.id, stage.panelMember.id],
      });
    }
    stage.call = await world.get(CallsQueries).detail(id);
  };
  stage.newApplicant = async () => {
    applicants += 1;
    const person = await world.person('Amina Yusuf', `life-${applicants}@home.example`);
    const [contact] = await world.get(PeopleQueries).contacts(person.id);
    return { ...person, contactId: contact.id };
  };
  return stage;
}

async function services(world, load) {
  const get = async (path, name) => world.get((await load(path))[name]);
  return {
    applications: await get('src/applications/applications.service', 'ApplicationsService'),
    deciding: await get('src/choosing/deciding.service', 'DecidingService'),
    choosing: await get('src/choosing/choosing.service', 'ChoosingService'),
    chasing: await get('src/choosing/chasing.service', 'ChasingService'),
    offers: await get('src/choosing/offers.service', 'OffersService'),
    interviews: await get('src/interviews/interviews.service', 'InterviewsService'),
  };
}

/** What the rules say of this one person's application. */
function newModel() {
  return { id: null, state: null, written: false, pending: null, applied: null, told: null, shortlisted: false, booking: null, contacted: false };
}

/** Writes down every change of state with its transaction, whoever makes it. */
async function watchSteps(owner) {
  await owner.query(`
    create table step_taken (machine text, id uuid, from_state text, to_state text, transaction xid8 default pg_current_xact_id());
    grant insert on step_taken to public;
    create function write_step() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then insert into step_taken values (tg_table_name, new.id, '', new.state);
      elsif new.state <> old.state then insert into step_taken values (tg_table_name, new.id, old.state, new.state);
      end if;
      return null;
    end $$`);
  for (const table of ['application', 'decision', 'booking', 'message']) {
    await owner.query(`create trigger ${table}_taken after insert or update on ${table} for each row execute function write_step()`);
  }
}

// ---- Commands ----

/** A life begins with an application that is sent; then anything may happen, what leads on more often than what ends it. */
function lives(steps) {
  const often = (times, command) => Array.from({ length: times }, () => command);
  const [shortlist, reserve, refuse, offer] = OUTCOMES.map(record);
  const any = fc.constantFrom(
    ...often(12, letMessagesGo), ...often(3, begin), ...often(3, write), ...often(6, submit), withdraw,
    ...often(12, shortlist), ...often(4, reserve), ...often(2, refuse), ...often(8, offer), ...often(2, discard), ...often(16, apply), ...often(5, undo),
    ...often(9, tell), ...often(6, tellThem), ...often(14, book), ...often(5, giveBack), accept, decline, ...often(2, contact), lapse,
  );
  return fc.array(any, { minLength: steps - 3, maxLength: steps - 3 }).map((rest) => [begin, write, submit, ...rest]);
}

/** A command tries on the real thing; `expected` says whether the rules allow it, `then` what the model is afterwards. */
function command(name, { ready = () => true, expected, act, then }) {
  return {
    check: (model) => ready(model),
    async run(model, world) {
      const allowed = expected(model, world);
      const refusal = await refusalOf(() => act(model, world));
      if (allowed !== (refusal === null)) {
        throw new Error(`${name}: the rules ${allowed ? 'allow' : 'refuse'} it, the service ${refusal === null ? 'does' : `says “${refusal}”`}; ${JSON.stringify(model)}`);
      }
      if (allowed) then?.(model, world);
      await compare(name, model, world);
    },
    toString: () => name,
  };
}

const hasApplication = ({ id }) => id !== null;
const wasSent = ({ id, state, sent }) => id !== null && state !== 'draft' && sent;

const begin = command('begin', {
  expected: () => true,
  act: async (model, { services, applicant, call }) => {
    const id = await services.applications.start(applicant, call.slug);
    if (model.id === null || model.state === 'withdrawn') Object.assign(model, newModel(), { id, state: 'draft', sent: false });
    if (id !== model.id) throw new Error('a second live application');
  },
});

const write = command('write', {
  ready: hasApplication,
  expected: ({ state }) => state === 'draft',
  act: async ({ id }, { services: { applications }, applicant, call }) => {
    await applications.saveAbout(applicant, id, { name: 'Amina Yusuf', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
    await applications.saveAnswers(applicant, id, call.questions.map(({ id: questionId }) => ({ questionId, text: 'Steps at the door.' })));
    await applications.saveAccess(applicant, id, []);
    await applications.saveContact(applicant, id, applicant.contactId);
  },
  then: (model) => { model.written = true; },
});

const submit = command('submit', {
  ready: ({ id, state }) => id !== null && state !== 'withdrawn',
  expected: ({ state, written }) => state !== 'draft' || written,
  act: ({ id }, { services, applicant }) => services.applications.submit(applicant, id),
  then: (model) => { if (model.state === 'draft') Object.assign(model, { state: 'submitted', sent: true }); },
});

const withdraw = command('withdraw', {
  ready: hasApplication,
  expected: ({ state, told }, { rules }) => state === 'withdrawn' || rules.canWithdraw({ state, told }).ok,
  act: ({ id }, { services, applicant }) => services.applications.withdraw(applicant, id),
  then: (model) => Object.assign(model, { state: 'withdrawn', pending: null, applied: null, booking: null }),
});

const decidable = ({ state, applied }, rules, outcome) =>
  rules.canDecide({ state, needsAgeCheck: false, ageChecked: false, untold: applied !== null }, outcome).ok;

const record = (outcome) => command(`record ${outcome}`, {
  ready: wasSent,
  expected: (model, { rules }) => model.pending === outcome || decidable(model, rules, outcome),
  act: async ({ id }, { services, lead, owner }) => {
    const { rows: [pending] } = await owner.query(`select version from decision where application_id = $1 and state = 'pending'`, [id]);
    const seatKind = outcome === 'offered' ? SEAT : undefined;
    await services.deciding.savePending(lead, id, { outcome, seatKind, reason: 'As we agreed.', ...(pending && { version: pending.version }) });
  },
  then: (model) => { model.pending = outcome; },
});

const discard = command('discard', {
  ready: wasSent,
  expected: () => true,
  act: ({ id }, { services, lead }) => services.deciding.discard(lead, id),
  then: (model) => { model.pending = null; },
});

const apply = command('apply', {
  ready: (model) => wasSent(model) && model.pending !== null,
  expected: (model, { rules }) => decidable(model, rules, model.pending),
  act: async ({ id }, { services, lead, coDecider, owner }) => {
    const { rows: [{ version }] } = await owner.query(`select version from decision where application_id = $1 and state = 'pending'`, [id]);
    await services.deciding.apply(lead, id, version, { coDecidedBy: coDecider.id });
  },
  then: (model) => Object.assign(model, {
    applied: { outcome: model.pending, before: model.state, onItsWay: false }, state: model.pending, pending: null, contacted: false,
  }),
});

const undo = command('undo', {
  ready: wasSent,
  expected: ({ applied }) => applied !== null && !applied.onItsWay,
  act: ({ id }, { services, lead }) => services.choosing.undo(lead, id),
  then: (model) => {
    // An interview that was given back meanwhile is not booked any more; one that was booked is.
    const { before } = model.applied;
    model.state = before === 'interviewing' && !model.booking ? 'shortlisted' : before;
    model.applied = null;
  },
});

const tell = command('tell', {
  ready: wasSent,
  expected: ({ applied }) => applied !== null && !applied.onItsWay,
  act: ({ id }, { services, lead }) => services.choosing.tell(lead, id),
  then: (model) => { model.applied.onItsWay = true; },
});

const tellThem = command('tell them in person', {
  ready: wasSent,
  expected: ({ applied }) => applied !== null,
  act: ({ id }, { services, lead }) => services.choosing.toldByPerson(lead, id),
  then: hearOutcome,
});

const letMessagesGo = command('let messages go', {
  expected: () => true,
  act: (_model, { work }) => work(),
  then: (model) => { if (model.applied?.onItsWay) hearOutcome(model); },
});

function hearOutcome(model) {
  const { outcome } = model.applied;
  Object.assign(model, { told: outcome, applied: null, shortlisted: model.shortlisted || outcome === 'shortlisted' });
  if (outcome === 'not_selected') model.booking = null;
}

const answer = (verb, state) => command(verb, {
  ready: wasSent,
  expected: (model) => model.state === state || (model.state === 'offered' && model.told === 'offered'),
  act: ({ id }, { services, applicant }) => services.offers[verb](applicant, id),
  then: (model) => { model.state = state; },
});
const accept = answer('accept', 'accepted');
const decline = answer('decline', 'declined');

const contact = command('speak with them', {
  ready: wasSent,
  expected: () => true,
  act: ({ id }, { services, lead }) =>
    services.chasing.recordContact(lead, id, { id: randomUUID(), channel: 'phone', spoke: 'yes', whatHappened: 'We spoke about the place.' }),
  then: (model) => { model.contacted ||= model.state === 'offered' && model.told === 'offered'; },
});

const lapse = command('lapse', {
  ready: wasSent,
  expected: ({ state, told, contacted }) => state === 'lapsed' || (state === 'offered' && told === 'offered' && contacted),
  act: ({ id }, { services, lead }) => services.chasing.lapse(lead, id),
  then: (model) => { model.state = 'lapsed'; },
});

const book = command('book', {
  ready: (model) => wasSent(model) && model.booking === null,
  expected: ({ state, shortlisted }, { rules }) => rules.canChoose({ state, toldShortlisted: shortlisted }).ok,
  act: async (model, { services, applicant, owner, call }) => {
    model.booked = await services.interviews.book(applicant, await freeSlot(owner, call), model.id);
  },
  then: (model) => Object.assign(model, { booking: model.booked, state: model.state === 'shortlisted' ? 'interviewing' : model.state }),
});

const giveBack = command('give the interview back', {
  ready: (model) => wasSent(model) && model.booking !== null,
  expected: () => true,
  act: ({ booking }, { services, applicant }) => services.interviews.cancel(applicant, booking),
  then: (model) => Object.assign(model, { booking: null, state: model.state === 'interviewing' ? 'shortlisted' : model.state }),
});

/** The sentence a service refuses with; null when it does it. Anything but a refusal is a fault. */
async function refusalOf(act) {
  try {
    await act();
    return null;
  } catch (error) {
    if ([404, 409, 422].includes(error?.status)) return error.message;
    throw error;
  }
}

// ---- What is true afterwards ----

async function compare(name, model, { owner }) {
  if (!model.id) return;
  const { rows: [real] } = await owner.query(
    `select a.state,
       (select outcome from decision d where d.application_id = a.id and d.state = 'pending') as pending,
       (select outcome from decision d where d.application_id = a.id and d.state = 'applied') as applied,
       (select outcome from decision d where d.application_id = a.id and d.state = 'told' order by told_at desc, id desc limit 1) as told,
       (select id from booking b where b.application_id = a.id and b.state = 'live') as booking
     from application a where a.id = $1`, [model.id]);
  const expected = { state: model.state, pending: model.pending, applied: model.applied?.outcome ?? null, told: model.told, booking: model.booking };
  for (const [what, value] of Object.entries(expected)) {
    if (real[what] !== value) throw new Error(`after ${name}: ${what} is ${real[what]}, and should be ${value}; ${JSON.stringify(model)}`);
  }
}

/** Over all lives: steps, and what must never be. */
async function summary(owner) {
  const count = async (sql) => Number((await owner.query(sql)).rows[0].count);
  const steps = await count(`select count(*) from step_taken`);
  const illegal = await count(
    `select count(*) from step_taken s where not exists (
       select from state_transition t where t.machine = s.machine and t.from_state = s.from_state and t.to_state = s.to_state)`);
  // Messages are looked after by their own table; everything else that changes is in the audit, in the same transaction.
  const unaudited = await count(
    `select count(*) from step_taken s where s.machine <> 'message' and not exists (
       select from audit_entry e where e.transaction = s.transaction and (e.subject_id = s.id or e.details::text like '%' || s.id || '%'
         or s.machine <> 'application' and e.subject_id in (
           select application_id from decision where id = s.id union select application_id from booking where id = s.id)))`);
  const toldOfUndone = await count(
    `select count(*) from message m join decision d on d.id = (m.payload ->> 'decisionId')::uuid
     where m.state = 'sent' and d.state in ('undone', 'discarded', 'pending')`);
  const toldTwice = await count(
    `select count(*) from (select from message m where m.state = 'sent' and m.payload ? 'decisionId' group by m.template, m.payload ->> 'decisionId', m.person_id having count(*) > 1) twice`);
  return { steps, illegal, unaudited, toldOfUndone, toldTwice };
}

async function freeSlot(owner, call) {
  const { rows: [slot] } = await owner.query(
    `select s.id from slot s where s.call_id = $1 and s.removed_at is null
       and not exists (select from booking b where b.slot_id = s.id and b.state = 'live') order by s.id limit 1`, [call.id]);
  return slot.id;
}
