import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { AlertsService } from '../../src/calls/alerts.service.js';
import { CallsService } from '../../src/calls/calls.service.js';
import { OpeningsService } from '../../src/calls/openings.service.js';
import { Letters } from '../../src/notifications/letters.js';
import { SmtpSender } from '../../src/notifications/smtp.sender.js';
import { BackgroundWorker } from '../../src/platform/worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { openCall, type OpenCall } from '../support/open-call.js';

const AMINA = { kind: 'email', value: 'amina@home.example' } as const;
const MOBILE = { kind: 'phone', value: '+447700900123' } as const;

describe('alerts for new calls', () => {
  let t: TestApp;
  let alerts: AlertsService;

  beforeAll(async () => {
    t = await startTestApp({ PUBLIC_URL: 'https://alongside.example' });
    alerts = t.app.get(AlertsService);
  });
  afterAll(() => t.close());

  const mail = async (address: string) => {
    await t.work();
    return (await t.owner.query<{ subject: string | null; body: string }>(
      `select subject, body from demo_mailbox where address = $1 order by position`, [address])).rows;
  };
  const subjects = async (address: string) => (await mail(address)).map(({ subject, body }) => subject ?? body.split(' https')[0]);
  const links = (body: string) => [...body.matchAll(/https:\/\/alongside\.example(\/opportunities\/alerts\/\S+)/g)].map(([, path]) => path!);
  const post = (path: string, init: RequestInit = {}) => fetch(t.url + path, { method: 'POST', redirect: 'manual', ...init });
  const rows = async () => (await t.owner.query<{ kind: string; value: string | null; confirmed: boolean; removed: boolean }>(
    `select kind, value, confirmed_at is not null as confirmed, removed_at is not null as removed from call_alert order by created_at, id`)).rows;
  const newCall = async (opensAt: string): Promise<OpenCall> => {
    const call = await openCall(t);
    await t.owner.query(`update call set opens_at = $2, short_name = 'Neutral' where id = $1`, [call.id, opensAt]);
    return call;
  };

  async function ask(contact: string): Promise<{ status: number; location: string | null }> {
    const form = await fetch(`${t.url}/opportunities/alerts`);
    const cookie = form.headers.getSetCookie()[0]!.split(';')[0]!;
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!;
    const response = await post('/opportunities/alerts', { headers: { cookie }, body: new URLSearchParams({ _csrf, contact }) });
    return { status: response.status, location: response.headers.get('location') };
  }

  it('are confirmed first, and the answer is the same whether we knew the address or not', async () => {
    const same = { status: 303, location: '/opportunities/alerts/asked' };
    expect(await ask('Amina@home.example')).toEqual(same);
    expect(await ask('07700 900123')).toEqual(same);
    expect(await ask('amina@home.example')).toEqual(same);
    expect(await ask('nonsense')).toEqual({ status: 422, location: null });
    expect(await rows()).toEqual([
      { ...AMINA, confirmed: false, removed: false }, { ...MOBILE, confirmed: false, removed: false },
    ]);
    expect(await subjects(AMINA.value)).toEqual(Array(2).fill('Shall we tell you when something new opens?'));
    const call = await newCall('2026-11-23T09:00:00Z');
    expect(await subjects(AMINA.value)).toHaveLength(2);
    expect((await t.owner.query(`select at from call_announcement where call_id = $1`, [call.id])).rows).toHaveLength(1);
  });

  it('the link of the message asks, and its button confirms', async () => {
    const [confirm] = links((await mail(AMINA.value))[0]!.body);
    const page = await fetch(t.url + confirm);
    expect(page.status).toBe(200);
    expect((await rows())[0]).toMatchObject({ confirmed: false });
    const cookie = page.headers.getSetCookie()[0]!.split(';')[0]!;
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())![1]!;
    expect((await post(confirm!, { headers: { cookie } })).status).toBe(403);
    for (let twice = 0; twice < 2; twice += 1) {
      expect((await post(confirm!, { headers: { cookie }, body: new URLSearchParams({ _csrf }) })).headers.get('location')).toBe('/opportunities');
    }
    expect((await rows())[0]).toMatchObject({ confirmed: true });
    expect((await fetch(`${t.url}${confirm!.slice(0, -1)}`)).status).toBe(404);
    await ask('amina@home.example');
    expect((await subjects(AMINA.value)).at(-1)).toBe('You already hear of new opportunities');
    const [id, token] = [confirm!.split('/')[3]!, links((await mail(MOBILE.value))[0]!.body)[0]!.split('/').at(-1)!];
    await expect(alerts.confirm(id, token)).rejects.toThrow('This link is not whole');
  });

  it('say of each call once that it has opened, in a neutral name and by an address without its title', async () => {
    const before = (await mail(AMINA.value)).length;
    const coming = await newCall('2026-11-24T09:00:00Z');
    expect((await mail(AMINA.value)).length).toBe(before);
    t.clock.moveTo('2026-11-24T08:59:59Z');
    expect((await mail(AMINA.value)).length).toBe(before);
    t.clock.moveTo('2026-11-24T09:00:00Z');
    // Two workers at once, and again later.
    await Promise.all([t.app.get(OpeningsService).announce(), t.app.get(OpeningsService).announce(), t.app.get(OpeningsService).announce()]);
    await t.work();
    t.clock.forward({ hours: 1 });
    const now = await mail(AMINA.value);
    expect(now.slice(before).map(({ subject }) => subject)).toEqual(['Open now: Neutral']);
    expect(now.at(-1)!.body).toContain(`https://alongside.example/opportunities/alerts/calls/${coming.id}`);
    expect(now.at(-1)!.body).not.toContain(coming.slug);
    expect((await fetch(`${t.url}/opportunities/alerts/calls/${coming.id}`, { redirect: 'manual' })).headers.get('location')).toBe(`/opportunities/${coming.slug}`);
    // The other address never said yes.
    expect(await mail(MOBILE.value)).toHaveLength(1);
  });

  it('an hour without a worker loses none; what was cancelled or is over is not announced', async () => {
    const before = (await mail(AMINA.value)).length;
    const [lost, cancelled] = [await newCall('2026-11-25T09:00:00Z'), await newCall('2026-11-25T09:00:00Z')];
    const closed = await newCall('2026-11-25T09:00:00Z');
    await t.app.get(CallsService).cancel(cancelled.dana, cancelled.id, 'No money.');
    await t.owner.query(`update call set closes_at = '2026-11-25T10:00:00Z' where id = $1`, [closed.id]);
    t.clock.moveTo('2026-11-26T12:00:00Z');
    expect((await mail(AMINA.value)).length).toBe(before + 1);
    const { rows: announced } = await t.owner.query(`select call_id as id from call_announcement where call_id = any($1)`, [[lost.id, cancelled.id, closed.id]]);
    expect(announced).toEqual([{ id: lost.id }]);
  });

  it('cancelled between announcing and sending, nothing goes', async () => {
    const before = (await mail(AMINA.value)).length;
    const call = await newCall('2026-11-26T12:00:00Z');
    await t.app.get(OpeningsService).announce();
    await t.app.get(CallsService).cancel(call.dana, call.id, 'No money.');
    expect((await mail(AMINA.value)).length).toBe(before);
  });

  it('stop with one press of a mail program: no cookie, no token of a page, from another site, in either form', async () => {
    const body = (await mail(AMINA.value)).at(-1)!.body;
    const stop = links(body).find((path) => path.includes('/stop/'))!;
    expect((await fetch(t.url + stop)).status).toBe(200);
    expect((await rows())[0]).toMatchObject({ removed: false });
    expect((await post(`${stop}x`)).status).toBe(404);
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const answer = await post(stop, { body: multipart, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.status).toBe(200);
    expect((await post(stop, { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })).status).toBe(200);
    expect((await post(stop)).status).toBe(200);
    expect((await rows())[0]).toEqual({ kind: 'email', value: null, confirmed: true, removed: true });
    const before = (await mail(AMINA.value)).length;
    await newCall('2026-11-26T12:00:00Z');
    expect((await mail(AMINA.value)).length).toBe(before);
    // Starting again is a new beginning.
    await ask(AMINA.value);
    expect((await rows()).at(-1)).toEqual({ ...AMINA, confirmed: false, removed: false });
    const { rows: audited } = await t.owner.query<{ action: string }>(`select action from audit_entry where subject_type = 'call_alert' and action like '%stopped'`);
    expect(audited).toHaveLength(1);
  });

  it('stopped between announcing and sending, nothing goes', async () => {
    const [alert] = (await t.owner.query<{ id: string }>(`select id from call_alert where value = $1`, [MOBILE.value])).rows;
    await alerts.confirm(alert!.id, alerts.token('call-alert-confirm', alert!.id));
    const before = (await mail(MOBILE.value)).length;
    await newCall('2026-11-26T12:00:00Z');
    await t.app.get(OpeningsService).announce();
    await alerts.stop(alert!.id, alerts.token('call-alert-stop', alert!.id));
    expect((await mail(MOBILE.value)).length).toBe(before);
  });

  it('addresses that nobody confirmed are deleted after seven days', async () => {
    t.clock.forward({ days: 6, hours: 23 });
    await t.app.get(BackgroundWorker).tidy();
    expect((await rows()).filter(({ value }) => value !== null)).toEqual([{ ...AMINA, confirmed: false, removed: false }]);
    t.clock.forward({ hours: 2 });
    await t.app.get(BackgroundWorker).tidy();
    expect((await rows()).filter(({ value }) => value !== null)).toEqual([]);
  });

  it('too many from one place, or to one address, wait', async () => {
    for (let times = 0; times < 5; times += 1) await alerts.ask({ kind: 'email', value: 'busy@home.example' }, '192.0.2.7');
    await expect(alerts.ask({ kind: 'email', value: 'busy@home.example' }, '192.0.2.7')).rejects.toThrow('too many tries');
    await alerts.ask({ kind: 'email', value: 'busy@home.example' }, '192.0.2.8');
  });

  it('emails carry the headers of a one-press stop, in one line each', async () => {
    const letter = await t.app.get(Letters).write(
      { id: 'x', channel: 'email', address: AMINA.value, recipient: AMINA },
      { subject: 'Open now', paragraphs: ['It is open.'], text: 'It is open.', unsubscribe: { path: `/opportunities/alerts/${'a'.repeat(80)}` } });
    const url = `https://alongside.example/opportunities/alerts/${'a'.repeat(80)}`;
    expect(letter.body).toContain(`Stop these messages:\n${url}`);
    expect(letter.html).toContain(`<a href="${url}"`);
    const sender = new SmtpSender('smtp://127.0.0.1:1', 'Alongside <a@council.example>');
    const sent = await headersOf(sender, letter);
    expect(sent).toContain(`List-Unsubscribe: <${url}>\r\n`);
    expect(sent).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    const plain = await headersOf(sender, { ...letter, unsubscribeUrl: null });
    expect(plain).not.toContain('List-Unsubscribe');
    sender.close();
  });

  it('what the database refuses', async () => {
    const refused = async (sql: string) => t.asApplication.query(sql).then(() => 'done', (error: { code: string }) => error.code);
    expect({
      twoLive: await refused(`insert into call_alert select gen_random_uuid(), kind, value, created_at from call_alert where removed_at is null`),
      keptAddress: await refused(`update call_alert set removed_at = created_at where removed_at is null`),
      announcedAgain: await refused(`update call_announcement set at = at`),
      unannounced: await refused(`delete from call_announcement`),
    }).toEqual({ twoLive: '23505', keptAddress: '23514', announcedAgain: '42501', unannounced: '42501' });
  });
});

/** The message as the sender would hand it to a server. */
async function headersOf(sender: SmtpSender, letter: Parameters<SmtpSender['send']>[0]): Promise<string> {
  const real = (sender as unknown as { transport: { sendMail(mail: object): Promise<unknown> } }).transport;
  let raw = '';
  const stream = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  real.sendMail = async (mail) => {
    const info = await stream.sendMail(mail);
    raw = (info.message as Buffer).toString();
    return { messageId: info.messageId };
  };
  await sender.send(letter);
  return raw;
}
