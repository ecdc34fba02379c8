import sharp from 'sharp';

/** A scan of a letter is far below this; a bomb is above. */
const MOST_PIXELS = 60_000_000;

/** The picture drawn anew, upright, with nothing besides it: no place, time or camera. Throws when it is none. */
export async function withoutMetadata(bytes: Buffer, mime: string): Promise<Buffer> {
  const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).autoOrient();
  return mime === 'image/png' ? picture.png().toBuffer() : picture.jpeg({ quality: 88 }).toBuffer();
}
