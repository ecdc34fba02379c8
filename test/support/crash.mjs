// Kills the service again and again while people apply, then looks at what is left. Plain JavaScript,
// because the specs and `npm run prove -- crash` share it; it runs what was built, in a process of its own.
import { randomUUID } from 'node:crypto';
import { askApi, auditProblems, GaveUp, killing, publishedCall, residents, Strange, untilAnswered, withService } from './killing.mjs';

/** One in so many gives up when the line breaks; the others try again until they have an answer. */
const IMPATIENT = 6;

/**
 * `applications` people apply, `clients` at a time, while the service is killed `kills` times.
 * Answers what was seen: `problems` is empty when nothing was lost, doubled or half saved.
 */
export async function crash({ appUrl, ownerUrl, kills, applications, clients = 6, waitForLeases = true, log = () => {} }) {
  return withService({ appUrl, ownerUrl }, async ({ owner, service }) => {
    const questionIds = Array.from({ length: 3 }, () => randomUUID());
    const call = { ...await publishedCall(owner, { closesIn: 30, interviewsIn: [60, 60], questions: questionIds }), questionIds, people: await residents(owner, applications) };
    await service.start();
    const seen = { acknowledged: new Map(), gaveUp: 0, interrupted: 0, strange: [] };
    const finished = () => seen.acknowledged.size + seen.gaveUp + seen.strange.length;
    await killing({ service, owner, kills, steps: applications, finished, doing: applyAll(call, service.url, seen, clients), waitForLeases, log });
    return {
      kills, acknowledged: seen.acknowledged.size, gaveUp: seen.gaveUp, interrupted: seen.interrupted,
      problems: [...seen.strange, ...await problemsIn(owner, call, seen.acknowledged)],
    };
  });
}

// ---- people who apply ----------------------------------------------------------------------

async function applyAll(call, url, seen, clients) {
  const queue = [...call.people.entries()];
  const client = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await applyOne(call, url, seen, ...next);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** From start to sent, each step tried again when the line breaks, with the key it was first sent with. */
async function applyOne(call, url, seen, index, person) {
  const patience = { patient: index % IMPATIENT !== 0, interrupted: () => { seen.interrupted += 1; } };
  const ask = (method, path, body, key) => untilAnswered(async () => {
    const { status, answer } = await askApi(url, person.token, method, `/applications${path}`, body, key);
    if (status >= 400) throw new Strange(`${method} ${path} said ${status}: ${answer.detail}`);
    return answer;
  }, patience);
  try {
    const { id } = await ask('POST', '', { callSlug: call.slug }, `start-${index}`);
    await ask('PUT', `/${id}/about`, { name: 'Amina Yusuf', postcode: 'W6 9JT', eligibility: ['lives'], interest: 'no' });
    await ask('PUT', `/${id}/access`, { needs: [] });
    await ask('PUT', `/${id}/contact`, { contactId: person.contactId });
    const answers = call.questionIds.map((questionId) => ({ questionId, text: 'Steps at the door.' }));
    const sent = await ask('POST', `/${id}/submission`, { answers }, `submit-${index}`);
    seen.acknowledged.set(person.id, sent.id);
  } catch (error) {
    if (error instanceof GaveUp) seen.gaveUp += 1;
    else seen.strange.push(error.message);
  }
}

// ---- what is left --------------------------------------------------------------------------

const COMPLETE = JSON.stringify({ state: 'submitted', answers: 3, events: 1, audited: 1, messages: 1, letters: 1 });
const NOT_SENT = JSON.stringify({ state: 'draft', answers: 0, events: 0, audited: 0, messages: 0, letters: 0 });

async function problemsIn(owner, call, acknowledged) {
  const { rows } = await owner.query(
    `select a.id, a.person_id, a.state,
       (select count(*) from answer w where w.application_id = a.id)::int as answers,
       (select count(*) from outbox o where o.event = 'application.submitted' and o.payload ->> 'applicationId' = a.id::text)::int as events,
       (select count(*) from audit_entry e where e.action = 'application.submitted' and e.subject_id = a.id)::int as audited,
       (select count(*) from message m where m.template = 'application-received' and m.payload ->> 'applicationId' = a.id::text and m.state = 'sent')::int as messages,
       (select count(*) from demo_mailbox b join contact_point c on c.value = b.address
        where c.person_id = a.person_id and b.subject like 'We have your application%')::int as letters
     from application a`);
  const broken = rows.filter(({ state, answers, events, audited, messages, letters, person_id }) => {
    const facts = JSON.stringify({ state, answers, events, audited, messages, letters });
    return facts !== COMPLETE && (facts !== NOT_SENT || acknowledged.has(person_id));
  });
  const kept = new Map(rows.map(({ person_id, id }) => [person_id, id]));
  const lost = [...acknowledged].filter(([personId, id]) => kept.get(personId) !== id);
  return [
    ...broken.map((row) => `half saved or doubled: ${JSON.stringify(row)}`),
    ...lost.map(([, id]) => `acknowledged but not there: ${id}`),
    ...(rows.length > kept.size ? [`${rows.length} applications of ${kept.size} people`] : []),
    ...(rows.length > call.people.length ? [`${rows.length} applications, ${call.people.length} applied`] : []),
    ...await auditProblems(owner),
  ];
}
