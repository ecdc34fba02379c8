import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../../src/applications/applications.service.js';
import { ChannelsQueries } from '../../src/calls/channels.queries.js';
import { ChannelsService } from '../../src/calls/channels.service.js';
import { SignInService } from '../../src/people/sign-in.service.js';
import { newId } from '../../src/platform/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicant, openCall, writeApplication, type OpenCall } from '../support/open-call.js';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0';

describe('channels of a call', () => {
  let t: TestApp;
  let call: OpenCall;
  let channels: ChannelsService;

  beforeAll(async () => {
    t = await startTestApp({ PUBLIC_URL: 'https://alongside.example' });
    call = await openCall(t);
    channels = t.app.get(ChannelsService);
  });
  afterAll(() => t.close());

  const visit = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(t.url + path, { method, headers: { 'user-agent': BROWSER, ...headers }, redirect: 'manual' });
    return { status: response.status, text: await response.text(), location: response.headers.get('location'), cookies: response.headers.getSetCookie() };
  };
  const table = async (callId = call.id) => {
    await t.work();
    return (await t.app.get(ChannelsQueries).ofCall(callId)).map(({ code, visits, starts, submissions, removed }) => [code, visits, starts, submissions, removed]);
  };
  const page = (code: string) => `/opportunities/${call.slug}?from=${code}`;

  it('have short codes of their own for each call; adding twice makes one', async () => {
    const id = newId();
    expect(await channels.add(call.dana, call.id, id, 'Library poster')).toBe('library-poster');
    expect(await channels.add(call.dana, call.id, id, 'Library poster')).toBe('library-poster');
    expect(await channels.add(call.dana, call.id, newId(), 'Library poster')).toBe('library-poster-2');
    const second = await openCall(t);
    expect(await channels.add(call.dana, second.id, newId(), 'Library poster')).toBe('library-poster');
    expect(await table()).toEqual([['library-poster', 0, 0, 0, false], ['library-poster-2', 0, 0, 0, false]]);
    const { rows } = await t.owner.query(`select action, details from audit_entry where subject_id = $1 and action like 'call.channel%' order by sequence`, [call.id]);
    expect(rows).toEqual([
      { action: 'call.channel-added', details: { channelId: id } },
      { action: 'call.channel-added', details: { channelId: expect.any(String) } },
    ]);
  });

  it('count visits of people, from memory too, and of nobody and nothing else', async () => {
    for (let times = 0; times < 3; times += 1) expect((await visit(page('library-poster'))).status).toBe(200);
    await visit(`/opportunities/${call.slug}?fbclid=x&from=library-poster-2`);
    await visit(page('library-poster'), {}, 'HEAD');
    await visit(page('library-poster'), { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' });
    await visit(page('library-poster'), { 'user-agent': 'facebookexternalhit/1.1' });
    await visit(page('library-poster'), { 'sec-purpose': 'prefetch' });
    await visit(page('no-such-code'));
    await visit(`/opportunities/nothing?from=library-poster`);
    await visit(`/opportunities/${call.slug}/text?from=library-poster`);
    await visit(`/opportunities/${call.slug}`);
    expect(await table()).toEqual([['library-poster', 3, 0, 0, false], ['library-poster-2', 1, 0, 0, false]]);
    t.clock.forward({ days: 1 });
    await visit(page('library-poster'));
    await t.work();
    const { rows } = await t.owner.query(
      `select v.day::text, v.visits from channel_visit v join channel_link l on l.id = v.channel_link_id where l.call_id = $1 and l.code = 'library-poster' order by v.day`, [call.id]);
    expect(rows).toEqual([{ day: '2026-11-23', visits: 3 }, { day: '2026-11-24', visits: 1 }]);
    const { rows: columns } = await t.owner.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = 'channel_visit' order by ordinal_position`);
    expect(columns.map(({ name }) => name)).toEqual(['channel_link_id', 'day', 'visits']);
  });

  it('are carried from the page through signing in to the application', async () => {
    const apply = /href="([^"]*\/apply[^"]*)"/.exec((await visit(page('library-poster'))).text)![1]!;
    const { location, cookies } = await visit(apply);
    expect(location).toBe(`/sign-in?next=${encodeURIComponent(`/opportunities/${call.slug}/apply?from=library-poster`)}`);
    expect(cookies).toEqual([]);
    const signIn = await visit(location!);
    expect(signIn.text).toContain(`name="next" value="/opportunities/${call.slug}/apply?from=library-poster"`);

    const who = await applicant(t);
    const cookie = `__Host-alongside=${await t.app.get(SignInService).openFor(who.actor.personId)}`;
    const before = await visit(apply, { cookie });
    const csrf = /name="_csrf" value="([^"]+)"/.exec(before.text)![1]!;
    const from = /name="from" value="([^"]+)"/.exec(before.text)![1]!;
    expect(from).toBe('library-poster');
    const started = await fetch(`${t.url}/opportunities/${call.slug}/applications`, {
      method: 'POST', redirect: 'manual', headers: { cookie: `${cookie}; ${before.cookies[0]!.split(';')[0]}` }, body: new URLSearchParams({ _csrf: csrf, from }),
    });
    expect(started.status).toBe(303);
    expect((await table())[0]).toEqual(['library-poster', 5, 1, 0, false]);
    await writeApplication(t, call, who);
    await t.app.get(ApplicationsService).submit(who.actor, started.headers.get('location')!.split('/')[3]!);
    expect((await table())[0]).toEqual(['library-poster', 5, 1, 1, false]);
  });

  it('codes of nobody, or of another call, start an application that counts for none', async () => {
    const applications = t.app.get(ApplicationsService);
    for (const code of ['made-up', null]) await applications.start((await applicant(t)).actor, call.slug, code);
    expect(await table()).toEqual([['library-poster', 5, 1, 1, false], ['library-poster-2', 1, 0, 0, false]]);
    expect(await t.app.get(ChannelsQueries).withoutChannel(call.id)).toEqual({ starts: 2, submissions: 0 });
    const second = await openCall(t);
    await channels.add(call.dana, second.id, newId(), 'Only there');
    await applications.start((await applicant(t)).actor, call.slug, 'only-there');
    expect((await table(second.id))[0]).toEqual(['only-there', 0, 0, 0, false]);
  });

  it('count no more when removed, and keep what they counted', async () => {
    const [first] = await t.app.get(ChannelsQueries).ofCall(call.id);
    await channels.remove(call.dana, call.id, first!.id);
    await channels.remove(call.dana, call.id, first!.id);
    expect((await visit(page('library-poster'))).status).toBe(200);
    await t.app.get(ApplicationsService).start((await applicant(t)).actor, call.slug, 'library-poster');
    expect(await table()).toEqual([['library-poster-2', 1, 0, 0, false], ['library-poster', 5, 1, 1, true]]);
    const second = await openCall(t);
    await expect(channels.remove(call.dana, second.id, first!.id)).rejects.toThrow('We could not find');
  });

  it('are asked for by leads, with counts and no names', async () => {
    const cookie = `__Host-alongside=${await t.app.get(SignInService).openFor(call.dana.personId)}`;
    const { status, text } = await visit(`/staff/calls/${call.id}/channels`, { cookie });
    expect(status).toBe(200);
    expect(text).toContain(`https://alongside.example/opportunities/${call.slug}?from=library-poster-2`);
    expect(text).not.toContain('Amina');
  });

  it('have posters: one tagged page with a code that is drawn, not a picture', async () => {
    const cookie = `__Host-alongside=${await t.app.get(SignInService).openFor(call.dana.personId)}`;
    const listed = await t.app.get(ChannelsQueries).ofCall(call.id);
    const [live, removed] = [listed.find((one) => !one.removed)!, listed.find((one) => one.removed)!];
    for (const path of [`/staff/calls/${call.id}/poster`, `/staff/calls/${call.id}/channels/${live.id}/poster`]) {
      const response = await fetch(t.url + path, { headers: { cookie } });
      const raw = Buffer.from(await response.arrayBuffer()).toString('latin1');
      expect(response.headers.get('content-type')).toBe('application/pdf');
      for (const part of ['/StructTreeRoot', '/Lang (en-GB)', '/S /H1', '/S /Figure', '/Alt', 'pdfuaid', '/Count 1']) expect(raw).toContain(part);
      expect(raw).not.toContain('/Subtype /Image');
    }
    expect((await visit(`/staff/calls/${call.id}/channels/${removed.id}/poster`, { cookie })).status).toBe(404);
  });

  it('what the database refuses', async () => {
    const { id } = (await t.app.get(ChannelsQueries).ofCall(call.id))[0]!;
    const second = await openCall(t);
    const other = await t.app.get(ApplicationsService).start((await applicant(t)).actor, second.slug);
    const refused = async (sql: string, values: unknown[]) => t.asApplication.query(sql, values).then(() => 'done', (error: { code: string }) => error.code);
    expect({
      otherCall: await refused(`update application set channel_link_id = $1 where id = $2`, [id, other]),
      sameCode: await refused(`insert into channel_link select gen_random_uuid(), call_id, code, name, created_by, created_at from channel_link where id = $1`, [id]),
      badCode: await refused(`update channel_link set code = 'A b' where id = $1`, [id]),
      deleted: await refused(`delete from channel_link where id = $1`, [id]),
      visitsDeleted: await refused(`delete from channel_visit where channel_link_id = $1`, [id]),
    }).toEqual({ otherCall: '23503', sameCode: '23505', badCode: '23514', deleted: '42501', visitsDeleted: '42501' });
  });
});
