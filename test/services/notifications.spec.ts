import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Database } from '../../src/platform/database.js';
import { EventBus } from '../../src/platform/event-bus.js';
import { newId } from '../../src/platform/ids.js';
import { MessageCatalogue } from '../../src/platform/messages.js';
import { PeopleService } from '../../src/people/people.service.js';
import { MailboxSender } from '../../src/notifications/mailbox.sender.js';
import { MendingService } from '../../src/notifications/mending.service.js';
import { messageStates } from '../../src/notifications/message.rules.js';
import { Dispatcher } from '../../src/notifications/dispatcher.service.js';
import { NotificationsQueries } from '../../src/notifications/notifications.queries.js';
import { NotificationsSubscriber } from '../../src/notifications/notifications.subscriber.js';
import { OutboxRelay } from '../../src/platform/outbox.relay.js';
import { actorFor, startTestApp, type TestApp } from '../support/app.js';

/** A made-up message, so that these tests stand on nobody else's. */
const said = { holds: true, subject: 'We have your application', sent: [] as string[], to: new Map<string, string>() };

interface MessageRow {
  state: string;
  channel: string;
  address: string;
  attempts: number;
  reason: string | null;
}

interface LetterRow {
  channel: string;
  address: string;
  subject: string | null;
  body: string;
}

class Story {
  constructor(readonly t: TestApp) {}

  static async begin(env: NodeJS.ProcessEnv = {}): Promise<Story> {
    const t = await startTestApp(env);
    const catalogue = t.app.get(MessageCatalogue);
    catalogue.define({
      template: 'test-received',
      on: 'sign-in.requested',
      recipients: ({ signInId }) => [{ personId: said.to.get(signInId)! }],
      holds: () => Promise.resolve(said.holds),
      words: ({ signInId }) => Promise.resolve({
        subject: said.subject,
        paragraphs: ['We have it. <b>Thank you</b>.'],
        text: `We have it: ${signInId}.`,
        link: { words: 'See what happens next', path: '/my/applications' },
      }),
      whenSent: (_tx, { signInId }) => Promise.resolve(void said.sent.push(signInId)),
    });
    t.app.get(NotificationsSubscriber).follow(catalogue.get('test-received'));
    return new Story(t);
  }

  async person(name: string | null, ...contacts: { kind: 'email' | 'phone'; value: string }[]): Promise<string> {
    const people = this.t.app.get(PeopleService);
    return this.t.app.get(Database).transaction(async (tx) => {
      const id = await people.create(tx, { name });
      for (const contact of contacts) await people.addContact(tx, id, contact);
      return id;
    });
  }

  /** Something happened that the person is told about. */
  async happens(personId: string): Promise<string> {
    // No sign-in has this id, so the service itself has nothing to say about it.
    const signInId = newId();
    said.to.set(signInId, personId);
    await this.t.app.get(Database).transaction((tx) => this.t.app.get(EventBus).emit(tx, 'sign-in.requested', { signInId }));
    return signInId;
  }

  async messages(): Promise<MessageRow[]> {
    const { rows } = await this.t.owner.query<MessageRow>(
      `select state, channel, address, attempts, last_error as reason from message order by id`);
    return rows;
  }

  async mailbox(): Promise<LetterRow[]> {
    const { rows } = await this.t.owner.query<LetterRow>(`select channel, address, subject, body from demo_mailbox order by position`);
    return rows;
  }

  async clear(): Promise<void> {
    await this.t.owner.query(`delete from message; delete from demo_mailbox; delete from outbox`);
    Object.assign(said, { holds: true, subject: 'We have your application', sent: [] });
  }
}

describe('messages into the mailbox', () => {
  let story: Story;
  let t: TestApp;
  beforeAll(async () => {
    story = await Story.begin({ PUBLIC_URL: 'https://alongside.example' });
    t = story.t;
  });
  beforeEach(() => story.clear());
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => t.close());

  it('go once, by email, with a greeting, a link and the ways to get help', async () => {
    const amina = await story.person('Amina Yusuf', { kind: 'email', value: 'amina@home.example' });
    const call = await story.happens(amina);
    await t.work();
    await t.work();
    expect(await story.mailbox()).toEqual([{
      channel: 'email', address: 'amina@home.example', subject: 'We have your application',
      body: [
        'Hello Amina Yusuf,', '', 'We have it. <b>Thank you</b>.', '',
        'See what happens next:', 'https://alongside.example/my/applications', '',
        'What if I need help?', 'Call 020 7946 0000', 'Text 07700 900000', 'Email coproduction@council.example',
        'Ask for a BSL video call: https://bsl.council.example', 'We answer within two working days.', '',
        'Alongside', 'Hammersmith & Fulham Council',
      ].join('\n'),
    }]);
    expect(said.sent).toEqual([call]);
    expect(await story.messages()).toEqual([
      { state: 'sent', channel: 'email', address: 'amina@home.example', attempts: 0, reason: null },
    ]);
  });

  it('go by text to somebody who prefers that, and to a plain address', async () => {
    const george = await story.person('George Ellis', { kind: 'phone', value: '+447700900123' }, { kind: 'email', value: 'george@home.example' });
    const call = await story.happens(george);
    await t.work();
    expect(await story.mailbox()).toEqual([{
      channel: 'text', address: '+447700900123', subject: null,
      body: `We have it: ${call}. https://alongside.example/my/applications`,
    }]);
  });

  it('keep the order in which things happened', async () => {
    const tom = await story.person('Tom Price', { kind: 'phone', value: '+447700900124' });
    const calls: string[] = [];
    for (let i = 0; i < 25; i += 1) calls.push(await story.happens(tom));
    await t.work();
    expect((await story.mailbox()).map(({ body }) => body.slice(12, 48))).toEqual(calls);
    expect(said.sent).toEqual(calls);
  });

  it('leave a note for staff when nobody can be reached', async () => {
    const mary = await story.person('Mary Okafor');
    await story.happens(mary);
    await t.work();
    expect(await story.messages()).toEqual([]);
    const { rows } = await t.owner.query(`select subject_id from audit_entry where action = 'message.unreachable'`);
    expect(rows).toEqual([{ subject_id: mary }]);
    expect(await t.app.get(NotificationsQueries).unreachable()).toEqual([{ personId: mary, name: 'Mary Okafor', since: t.clock.now() }]);
  });

  it('are dropped when they do not hold any more', async () => {
    const sunita = await story.person('Sunita Rao', { kind: 'email', value: 'sunita@home.example' });
    await story.happens(sunita);
    said.holds = false;
    await t.work();
    expect((await story.messages()).map(({ state }) => state)).toEqual(['cancelled']);
    expect([await story.mailbox(), said.sent]).toEqual([[], []]);
  });

  it('are refused with a line break in a subject or a name, and wait for a person', async () => {
    const eve = await story.person('Eve', { kind: 'email', value: 'eve@home.example' });
    const broken = await story.person('Bob\r\nBcc: eve@home.example', { kind: 'email', value: 'bob@home.example' });
    await story.happens(broken);
    await t.work();
    said.subject = 'News\r\nBcc: bob@home.example';
    await story.happens(eve);
    await t.work();
    expect((await story.messages()).map(({ state, reason }) => [state, reason])).toEqual([['failed', 'not-one-line'], ['failed', 'not-one-line']]);
    expect(await story.mailbox()).toEqual([]);
  });

  it('are tried again later, further and further apart, for 72 hours', async () => {
    const person = await story.person('Nell', { kind: 'email', value: 'nell@home.example' });
    await story.happens(person);
    jest.spyOn(t.app.get(MailboxSender), 'send').mockRejectedValue(new Error('no room'));
    await t.work();
    expect(await story.messages()).toEqual([{ state: 'pending', channel: 'email', address: 'nell@home.example', attempts: 1, reason: 'Error' }]);
    t.clock.forward({ minutes: 0.3 });
    await t.work();
    expect((await story.messages())[0]!.attempts).toBe(1);
    t.clock.forward({ minutes: 0.4 });
    await t.work();
    expect((await story.messages())[0]!.attempts).toBe(2);
    expect((await t.app.get(NotificationsQueries).beingRetried()).map(({ to, problem }) => [to, problem])).toEqual([['Nell', 'Something went wrong on our side.']]);
    t.clock.forward({ hours: 72 });
    await t.work();
    expect((await story.messages()).map(({ state, attempts }) => [state, attempts])).toEqual([['failed', 3]]);
  });

  it('come out once after a crash in the middle, whether they had left or not', async () => {
    const person = await story.person('Ola', { kind: 'email', value: 'ola@home.example' });
    await story.happens(person);
    await story.happens(person);
    await t.work();
    await leaveHalfDone(t, `handed_over_at = created_at`);
    expect((await story.messages()).map(({ state }) => state)).toEqual(['sending', 'sending']);
    await t.work();
    expect((await story.messages()).map(({ state }) => state)).toEqual(['sending', 'sending']);
    t.clock.forward({ minutes: 3 });
    await t.work();
    expect((await story.messages()).map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(await story.mailbox()).toHaveLength(2);
  });

  it('can be worked on by several processes, and go once, in order', async () => {
    const person = await story.person('Pat', { kind: 'phone', value: '+447700900125' });
    const calls: string[] = [];
    for (let i = 0; i < 45; i += 1) calls.push(await story.happens(person));
    await t.app.get(OutboxRelay).drain();
    const dispatcher = t.app.get(Dispatcher);
    for (let done = 0; done < calls.length;) {
      done += (await Promise.all([dispatcher.drain(), dispatcher.drain(), dispatcher.drain()])).reduce((a, b) => a + b);
    }
    expect((await story.mailbox()).map(({ body }) => body.slice(12, 48))).toEqual(calls);
  });
});

describe('texts in production', () => {
  it('wait for a person, because there is no provider', async () => {
    const story = await Story.begin({
      NODE_ENV: 'production', ALONGSIDE_DEMO: '', PUBLIC_URL: 'http://alongside.example', SMTP_URL: 'smtp://127.0.0.1:9',
    });
    try {
      await story.clear();
      await story.happens(await story.person('Kit', { kind: 'phone', value: '+447700900126' }));
      await story.t.work();
      expect(await story.messages()).toEqual([{ state: 'failed', channel: 'text', address: '+447700900126', attempts: 1, reason: 'no-texts' }]);
      expect(await story.mailbox()).toEqual([]);
    } finally {
      await story.t.close();
    }
  });
});

describe('messages by SMTP', () => {
  let story: Story;
  let server: MailServer;
  beforeAll(async () => {
    server = await MailServer.start();
    story = await Story.begin({ SMTP_URL: server.url, MAIL_FROM: 'Alongside <us@council.example>', PUBLIC_URL: 'http://alongside.example' });
  });
  beforeEach(async () => {
    await story.clear();
    server.reset();
  });
  afterAll(async () => {
    await story.t.close();
    await server.stop();
  });

  const person = () => story.person('Amina Yusuf', { kind: 'email', value: `amina-${newId()}@home.example` });
  const states = async () => (await story.messages()).map(({ state, reason }) => [state, reason]);

  it('go out with an id of ours, as text and as HTML in which nothing is markup but ours', async () => {
    await story.happens(await person());
    await story.t.work();
    const { rows: [row] } = await story.t.owner.query<{ id: string; reference: string }>(
      `select id, provider_reference as reference from message`);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toContain(`Message-ID: <${row!.id}@council.example>`);
    expect(server.received[0]).toContain('From: Alongside <us@council.example>');
    expect(server.received[0]).toContain('Subject: We have your application');
    expect(server.received[0]!.replace(/=\r\n/g, '')).toMatch(/Content-Type: text\/plain[\s\S]+We have it\. <b>Thank you<\/b>[\s\S]+Content-Type: text\/html[\s\S]+&lt;b&gt;Thank you/);
    expect(row!.reference).toBe(`<${row!.id}@council.example>`);
    expect(await states()).toEqual([['sent', null]]);
  });

  it.each([450, 550])('are tried again after the reply %i', async (code) => {
    server.refuseRecipients = code;
    await story.happens(await person());
    await story.t.work();
    expect(await states()).toEqual([['pending', `smtp-${code}`]]);
    server.refuseRecipients = 0;
    story.t.clock.forward({ minutes: 1 });
    await story.t.work();
    expect(await states()).toEqual([['sent', null]]);
    expect(server.received).toHaveLength(1);
  });

  it('are uncertain when the line breaks after the content began, and are never sent again blindly', async () => {
    server.hangUpAtData = true;
    await story.happens(await person());
    await story.t.work();
    server.reset();
    story.t.clock.forward({ hours: 1 });
    await story.t.work();
    expect(await states()).toEqual([['uncertain', 'no-answer']]);
    expect(server.received).toEqual([]);
  });

  it('are uncertain after a crash if they had left, and go on if they had not', async () => {
    await story.happens(await person());
    await story.happens(await person());
    await story.t.work();
    await leaveHalfDone(story.t, `handed_over_at = case when id = (select max(id::text)::uuid from message) then null else created_at end`);
    story.t.clock.forward({ minutes: 3 });
    await story.t.work();
    expect(await states()).toEqual([['uncertain', 'interrupted'], ['sent', null]]);
  });

  it('wait while the server is away', async () => {
    await server.stop();
    await story.happens(await person());
    await story.t.work();
    expect(await states()).toEqual([['pending', 'no-connection']]);
    await server.listen();
    story.t.clock.forward({ minutes: 1 });
    await story.t.work();
    expect(await states()).toEqual([['sent', null]]);
  });

  describe('mended by staff', () => {
    const dana = actorFor(newId(), 'strategic_lead');
    const day = () => story.t.clock.now().toISOString().slice(0, 10);
    const uncertain = async (): Promise<{ id: string; call: string }> => {
      server.hangUpAtData = true;
      const call = await story.happens(await person());
      await story.t.work();
      server.reset();
      const { rows } = await story.t.owner.query<{ id: string }>(`select id from message`);
      return { id: rows[0]!.id, call };
    };
    const mending = () => story.t.app.get(MendingService);

    it('go again, to the address the person prefers by now', async () => {
      const { id } = await uncertain();
      await story.t.owner.query(`update contact_point set value = 'new@home.example' where person_id = (select person_id from message)`);
      await mending().sendAgain(dana, id);
      await story.t.work();
      expect(await story.messages()).toEqual([{ state: 'sent', channel: 'email', address: 'new@home.example', attempts: 0, reason: null }]);
      expect(server.received).toHaveLength(1);
    });

    it('count as sent when they arrived after all, once', async () => {
      const { id, call } = await uncertain();
      expect(said.sent).toEqual([]);
      await mending().noteArrival(dana, id);
      expect(said.sent).toEqual([call]);
      await expect(mending().noteArrival(dana, id)).rejects.toThrow('seen to this already');
      await expect(mending().sendAgain(dana, id)).rejects.toThrow('seen to this already');
      await expect(mending().sendAgain(dana, newId())).rejects.toThrow('could not find');
      const { rows } = await story.t.owner.query(`select action from audit_entry where subject_id = $1`, [id]);
      expect(rows).toEqual([{ action: 'message.arrived' }]);
    });

    it('are mended together with what waits for the same person from before', async () => {
      server.refuseRecipients = 550;
      const amina = await person();
      const today = day();
      for (let i = 0; i < 2; i += 1) await story.happens(amina);
      await story.happens(await story.person('Tom Price', { kind: 'email', value: 'tom@home.example' }));
      await story.t.work();
      story.t.clock.forward({ hours: 72 });
      await story.t.work();
      server.reset();
      const listed = await story.t.app.get(NotificationsQueries).toMend();
      expect(listed.map(({ to, state, since }) => [to, state, since])).toEqual([['Amina Yusuf', 'failed', today], ['Tom Price', 'failed', today]]);
      server.refuseRecipients = 550;
      await story.happens(amina);
      await story.t.work();
      await mending().noteArrival(dana, listed[0]!.id);
      expect((await story.messages()).map(({ state }) => state)).toEqual(['sent', 'sent', 'failed', 'pending']);
      server.reset();
      await mending().sendAgain(dana, listed[1]!.id);
      await story.t.work();
      expect((await story.messages()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'pending']);
      expect(server.received).toHaveLength(1);
    });

    it('are listed without what they are about', async () => {
      const { id } = await uncertain();
      const listed = await story.t.app.get(NotificationsQueries).toMend();
      expect(listed).toEqual([{
        id, state: 'uncertain', to: 'Amina Yusuf', channel: 'email', since: day(),
        problem: 'The email service did not say if it took it. It may have arrived.',
      }]);
    });
  });
});

describe('what the database holds about messages', () => {
  let story: Story;
  beforeAll(async () => {
    story = await Story.begin();
    await story.happens(await story.person('Amina', { kind: 'email', value: 'amina@home.example' }));
    await story.t.work();
  });
  afterAll(() => story.t.close());

  it('knows the same states as the rules', async () => {
    const { rows } = await story.t.owner.query<Record<string, string>>(
      `select machine, from_state as "from", to_state as "to" from state_transition where machine = 'message'`);
    const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
    expect(sorted(rows)).toEqual(sorted(messageStates.rows()));
  });

  it.each([
    ['a step that is not in the table', `update message set state = 'pending', sent_at = null`, 'cannot go from "sent" to "pending"'],
    ['a second message for the same', `insert into message select gen_random_uuid(), dedupe_key, outbox_id, template, payload, person_id, channel,
       address, 'pending', 0, created_at, next_attempt_at, give_up_at from message`, 'message_dedupe_key_key'],
    ['a letter that was changed', `update demo_mailbox set body = ''`, 'permission denied'],
    ['a message that is gone', `delete from message`, 'permission denied'],
    ['a letter that is gone', `delete from demo_mailbox`, 'permission denied'],
  ])('refuses the application %s', async (_what, sql, complaint) => {
    await expect(story.t.asApplication.query(sql)).rejects.toThrow(complaint);
  });
});

/** Sent messages as they were while they were being sent, as if the process had been killed then. */
async function leaveHalfDone(t: TestApp, handedOver: string): Promise<void> {
  await t.owner.query(`alter table message disable trigger message_state_step`);
  await t.owner.query(
    `update message set state = 'sending', sent_at = null, lease_until = $1, ${handedOver}`,
    [new Date(t.clock.realNow().getTime() + 120_000)]);
  await t.owner.query(`alter table message enable trigger message_state_step`);
}

/** A server that misbehaves as it is told. */
class MailServer {
  received: string[] = [];
  refuseRecipients = 0;
  hangUpAtData = false;
  private server: SMTPServer;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await server.listen();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    this.server = new SMTPServer(this.options());
    this.server.on('error', () => undefined);
    this.server.server.on('connection', (socket: Socket) => this.sockets.add(socket));
    await new Promise<void>((resolve) => void this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.server.address() as { port: number }).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    Object.assign(this, { received: [], refuseRecipients: 0, hangUpAtData: false });
  }

  private options(): SMTPServerOptions {
    return {
      authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], closeTimeout: 100,
      onRcptTo: (_address, _session, done) => {
        done(this.refuseRecipients ? Object.assign(new Error('no'), { responseCode: this.refuseRecipients }) : undefined);
      },
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (this.hangUpAtData) this.sockets.forEach((socket) => socket.destroy());
        });
        stream.on('end', () => {
          if (this.hangUpAtData) return;
          this.received.push(text);
          done();
        });
      },
    };
  }
}
