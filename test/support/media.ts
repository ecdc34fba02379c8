import sharp from 'sharp';

export { tone as wav } from '../../seeds/demo/sound.js';

/** Silent frames of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes, 26 ms each. */
export function mp3(frames = 40): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9064);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** The head of a WebM file, which is what says so. */
export function webm(bytes = 2000): Buffer {
  const head = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff', 'hex');
  return Buffer.concat([head, Buffer.alloc(Math.max(0, bytes - head.length))]);
}

export function pdf(): Buffer {
  return Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n', 'latin1');
}

/** An archive with nothing in it. */
export function zip(): Buffer {
  return Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
}

/** A photograph lying on its side, that tells where and with what it was taken. */
export async function jpegWithPlace(): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 20, channels: 3, background: '#c33' } })
    .withExif({ IFD0: { Make: 'SecretPhone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 29/1 33/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 13/1 25/1' } })
    .withMetadata({ orientation: 6 }).jpeg().toBuffer();
}
