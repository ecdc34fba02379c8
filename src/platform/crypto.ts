import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from './config.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Where a secret stands; a ciphertext moved to another place can't be read. */
export interface Place {
  table: string;
  column: string;
  rowId: string;
}

/** AES-256-GCM under a ring of keys. The first key writes; every key reads. */
@Injectable()
export class KeyRing {
  private readonly keys: { id: string; key: Buffer }[];

  constructor(private readonly config: Config) {
    this.keys = config.encryptionKeys.split(',').map((entry) => {
      const [id = '', encoded = ''] = entry.trim().split(':');
      const key = Buffer.from(encoded, 'base64');
      if (!id || key.length !== KEY_BYTES) throw new Error('ENCRYPTION_KEYS needs keyId:base64 of 32 bytes');
      return { id, key };
    });
  }

  /** `keyId.iv.ciphertext.tag`, each but the first in base64url. */
  encrypt(text: string, place: Place): string {
    const { id, key } = this.keys[0]!;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData(place));
    const parts = [iv, Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]), cipher.getAuthTag()];
    return [id, ...parts.map((part) => part.toString('base64url'))].join('.');
  }

  /** Throws when the key is gone, or the text was changed or moved. */
  decrypt(sealed: string, place: Place): string {
    const [id, iv = '', body = '', tag = ''] = sealed.split('.');
    const found = this.keys.find((candidate) => candidate.id === id);
    if (!found) throw new Error('no key for this ciphertext');
    const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(iv, 'base64url'))
      .setAAD(additionalData(place))
      .setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  }

  /** The same for bytes, without their growing by a third: length of the key's id, its id, iv, tag, ciphertext. */
  encryptBytes(bytes: Buffer, place: Place): Buffer {
    const { id, key } = this.keys[0]!;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData(place));
    const body = [cipher.update(bytes), cipher.final()];
    const name = Buffer.from(id, 'utf8');
    return Buffer.concat([Buffer.from([name.length]), name, iv, cipher.getAuthTag(), ...body]);
  }

  /** Throws when the key is gone, or the bytes were changed or moved. */
  decryptBytes(sealed: Buffer, place: Place): Buffer {
    const after = 1 + sealed[0]!;
    const found = this.keys.find(({ id }) => id === sealed.subarray(1, after).toString('utf8'));
    if (!found) throw new Error('no key for this ciphertext');
    const body = after + IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', found.key, sealed.subarray(after, after + IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(additionalData(place))
      .setAuthTag(sealed.subarray(after + IV_BYTES, body));
    return Buffer.concat([decipher.update(sealed.subarray(body)), decipher.final()]);
  }

  /** A value only this service can make, for a purpose: codes and links that need not be stored. */
  derive(purpose: string, value: string): Buffer {
    return createHmac('sha256', this.config.sessionSecret).update(`${purpose}\0${value}`).digest();
  }
}

/** 256 random bits, safe in a URL or cookie. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function additionalData(place: Place): Buffer {
  return Buffer.from(`${place.table}|${place.column}|${place.rowId}`, 'utf8');
}
