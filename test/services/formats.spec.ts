import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallsService } from '../../src/calls/calls.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { openCall, type OpenCall } from '../support/open-call.js';

describe('a call in other formats', () => {
  let t: TestApp;
  let call: OpenCall;

  beforeAll(async () => {
    t = await startTestApp({ PUBLIC_URL: 'https://alongside.example' });
    call = await openCall(t);
  });
  afterAll(() => t.close());

  async function get(path: string): Promise<{ status: number; type: string | null; disposition: string | null; bytes: Buffer }> {
    const response = await fetch(t.url + path);
    return {
      status: response.status, type: response.headers.get('content-type'),
      disposition: response.headers.get('content-disposition'), bytes: Buffer.from(await response.arrayBuffer()),
    };
  }

  it('is plain text', async () => {
    const { type, disposition, bytes } = await get(`/opportunities/${call.slug}/text`);
    expect({ type, disposition }).toEqual({ type: 'text/plain; charset=utf-8', disposition: 'attachment; filename="planning-group.txt"' });
    const text = bytes.toString();
    expect(text.split('\n').slice(0, 9)).toEqual([
      'PLANNING GROUP', '', 'Advise on plans.', '', 'Closes: Friday 4 December 2026, midday', 'You are paid: £20 an hour',
      'Time: Once a month', 'Places: 5 Disabled residents', 'Interviews: Monday 11 January 2027 to Friday 15 January 2027',
    ]);
    expect(text).toContain('1. Which barriers do you meet? (up to 50 words)\n2. What would you change? (up to 50 words)');
    expect(text).toContain('On the web: https://alongside.example/opportunities/planning-group');
  });

  it.each([12, 18, 24])('is a PDF of %d points, tagged and in English', async (points) => {
    const { type, bytes } = await get(`/opportunities/${call.slug}/pdf/${points}`);
    const raw = bytes.toString('latin1');
    expect(type).toBe('application/pdf');
    for (const part of ['/StructTreeRoot', '/Lang (en-GB)', '/DisplayDocTitle true', '/S /H1', '/S /H2', '/S /LBody', 'pdfuaid']) expect(raw).toContain(part);
  });

  it('takes more pages the larger its print', async () => {
    const pages = async (points: number) => (await get(`/opportunities/${call.slug}/pdf/${points}`)).bytes.toString('latin1').match(/\/Type \/Page\b/g)!.length;
    expect(await pages(24)).toBeGreaterThan(await pages(12));
    expect((await get(`/opportunities/${call.slug}/pdf/13`)).status).toBe(404);
  });

  it('is a Word file with headings', async () => {
    const { bytes } = await get(`/opportunities/${call.slug}/word`);
    const text = unzip(bytes, 'word/document.xml');
    for (const part of ['w:val="Heading1"', 'w:val="Heading2"', 'Planning Group', 'You look at plans.', 'w:numId']) expect(text).toContain(part);
  });

  it('is an entry in the feeds', async () => {
    const atom = (await get('/opportunities.atom')).bytes.toString();
    expect(atom).toContain(`<entry>
    <title>Planning Group</title>
    <id>urn:uuid:${call.id}</id>
    <link href="https://alongside.example/opportunities/planning-group"/>
    <updated>2026-11-02T10:00:00.000Z</updated>
    <summary>Advise on plans.</summary>
  </entry>`);
    const json = JSON.parse((await get('/opportunities.json')).bytes.toString()) as { items: unknown[] };
    expect(json.items).toEqual([{
      id: call.id, url: 'https://alongside.example/opportunities/planning-group', title: 'Planning Group',
      content_text: 'Advise on plans.', date_published: '2026-11-02T10:00:00.000Z',
    }]);
  });

  it('has its dates in a calendar, whole days as days', async () => {
    for (const path of ['/opportunities.ics', `/opportunities/${call.slug}/calendar`]) {
      const { type, bytes } = await get(path);
      expect(type).toBe('text/calendar; charset=utf-8');
      const lines = bytes.toString().replace(/\r\n[ \t]/g, '').split('\r\n');
      expect(lines.filter((line) => /^(UID|DTSTART|DTEND|SUMMARY)/.test(line))).toEqual([
        `UID:${call.id}-closes@alongside.example`, 'DTSTART:20261204T120000Z', 'DTEND:20261204T120000Z', 'SUMMARY:Planning Group: last time to apply',
        `UID:${call.id}-interviews@alongside.example`, 'DTSTART;VALUE=DATE:20270111', 'DTEND;VALUE=DATE:20270116', 'SUMMARY:Planning Group: interviews',
        `UID:${call.id}-first-meeting@alongside.example`, 'DTSTART;VALUE=DATE:20270201', 'DTEND;VALUE=DATE:20270202', 'SUMMARY:Planning Group: first meeting',
      ]);
    }
  });

  it('is gone when the call is cancelled', async () => {
    await t.app.get(CallsService).cancel(call.dana, call.id, 'Not enough money.');
    for (const path of ['text', 'word', 'pdf/12', 'calendar']) expect((await get(`/opportunities/${call.slug}/${path}`)).status).toBe(404);
    expect((await get('/opportunities.json')).bytes.toString()).not.toContain(call.id);
  });
});

/** One file out of a zip, by its local header. */
function unzip(zip: Buffer, name: string): string {
  for (let at = zip.indexOf('PK\u0003\u0004'); at >= 0; at = zip.indexOf('PK\u0003\u0004', at + 4)) {
    const nameLength = zip.readUInt16LE(at + 26);
    if (zip.toString('utf8', at + 30, at + 30 + nameLength) !== name) continue;
    const start = at + 30 + nameLength + zip.readUInt16LE(at + 28);
    return inflateRawSync(zip.subarray(start)).toString();
  }
  throw new Error(`no ${name} in the file`);
}
