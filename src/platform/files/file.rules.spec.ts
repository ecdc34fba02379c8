import { describe, expect, it } from '@jest/globals';
import { isAudio, safeName, scanAgainInMinutes, sizeWords, spanOf, takenType, takenWords } from './file.rules.js';

describe('files', () => {
  it('go by what is in them', () => {
    expect(takenType('recording', 'audio/ogg; codecs=opus')?.ext).toBe('ogg');
    expect(takenType('recording', 'audio/x-m4a')?.as).toBe('audio/mp4');
    expect(takenType('recording', 'application/pdf')).toBeNull();
    expect(takenType('scan', 'application/pdf')?.ext).toBe('pdf');
    expect(takenType('scan', null)).toBeNull();
    expect(takenWords('scan')).toBe('PDF, JPEG and PNG');
    expect(takenWords('recording')).toBe('MP3, M4A, WAV, OGG, MP4, WebM and MOV');
  });

  it('may hold sound alone in what could be a film', () => {
    expect(isAudio('video/webm', 'audio/webm')).toBe(true);
    expect(isAudio('video/webm', 'video/webm')).toBe(false);
    expect(isAudio('audio/mpeg', null)).toBe(true);
  });

  it('get a name that is only a name, with the ending of their content', () => {
    expect(safeName('My answer.mp4', 'webm')).toBe('My answer.webm');
    expect(safeName('../../etc/passwd', 'pdf')).toBe('passwd.pdf');
    expect(safeName('C:\\Users\\amina\\voice "1".mp3', 'mp3')).toBe('voice 1.mp3');
    expect(safeName('invoice\u202Efdp.exe\r\nX: y.mp3', 'mp3')).toBe('invoice fdp exe X y.mp3');
    expect(safeName('Zażółć ع.png', 'png')).toBe('Zażółć ع.png');
    expect(safeName('...', 'mp3')).toBe('file.mp3');
    expect(safeName('a'.repeat(500), 'mp3')).toHaveLength(104);
  });

  it('have a size in words', () => {
    expect([0, 999, 1500, 20_000_000, 3_440_000, 999_999].map(sizeWords)).toEqual(['0 bytes', '999 bytes', '1.5 KB', '20 MB', '3.4 MB', '1000 KB']);
  });

  it('are given out in the part that is asked for', () => {
    expect(spanOf(undefined, 100)).toBe('all');
    expect(spanOf('bytes=0-', 100)).toEqual({ from: 0, to: 99 });
    expect(spanOf('bytes=10-19', 100)).toEqual({ from: 10, to: 19 });
    expect(spanOf('bytes=90-500', 100)).toEqual({ from: 90, to: 99 });
    expect(spanOf('bytes=-10', 100)).toEqual({ from: 90, to: 99 });
    expect(spanOf('bytes=-500', 100)).toEqual({ from: 0, to: 99 });
    for (const nowhere of ['bytes=100-', 'bytes=20-10', 'bytes=-0']) expect(spanOf(nowhere, 100)).toBeNull();
    for (const unread of ['bytes=0-1,5-6', 'lines=1-2', 'bytes=-']) expect(spanOf(unread, 100)).toBe('all');
  });

  it('are looked at again, later and later', () => {
    expect([1, 2, 3, 6, 50].map(scanAgainInMinutes)).toEqual([1, 2, 5, 60, 60]);
  });
});
