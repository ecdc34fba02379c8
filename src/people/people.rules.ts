import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { refused, allowed, type Outcome } from '../shared/result.js';

/** 'phone' is a mobile number for texts; 'call' a number, of any kind, that somebody wants to be called on; 'post' an address. */
export const contactKinds = ['email', 'phone', 'call', 'post'] as const;
export type ContactKind = (typeof contactKinds)[number];
/** The kinds a message or a code can go to by itself. */
export const reachableKinds = ['email', 'phone'] as const;
export type ReachableKind = (typeof reachableKinds)[number];

export function isReachable(kind: ContactKind): kind is ReachableKind {
  return kind === 'email' || kind === 'phone';
}

export const SIGN_IN_MINUTES = 10;
export const SIGN_IN_TRIES = 5;

export const SESSION_HOURS = 12;
export const RESIDENT_IDLE_MINUTES = 120;
export const STAFF_IDLE_MINUTES = 30;

export interface Contact {
  kind: ReachableKind;
  value: string;
}

// Ofcom keeps these for drama; libraries call them invalid, demos and tests need them.
const DRAMA_MOBILE = /^\+447700900\d{3}$/;
const EMAIL = /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+\.[^\s@<>(),;:"\\.]+$/;

/** An email address or a UK or foreign mobile number, as somebody typed it. Null when it is neither. */
export function readContact(typed: string, allowDramaNumbers: boolean): Contact | null {
  const text = typed.trim();
  if (text.length > 254) return null;
  if (text.includes('@')) return EMAIL.test(text) ? { kind: 'email', value: text.toLowerCase() } : null;
  const number = readMobile(text, allowDramaNumbers);
  return number ? { kind: 'phone', value: number } : null;
}

/** "+447700900123", or null. */
export function readMobile(typed: string, allowDramaNumbers: boolean): string | null {
  const parsed = parsePhoneNumberFromString(typed, 'GB');
  if (!parsed) return null;
  if (allowDramaNumbers && DRAMA_MOBILE.test(parsed.number)) return parsed.number;
  return parsed.isValid() ? parsed.number : null;
}

/** "+442079460123" of any telephone, or null. */
export function readTelephone(typed: string): string | null {
  const parsed = parsePhoneNumberFromString(typed, 'GB');
  // The metadata of mobile numbers knows of a landline only how long it can be.
  return parsed?.isPossible() ? parsed.number : null;
}

/** A way to reach somebody as it was written down, made one way; null when it can't be one. */
export function readWay(kind: ContactKind, typed: string, allowDramaNumbers: boolean): string | null {
  switch (kind) {
    case 'call': return readTelephone(typed);
    case 'post': return typed.trim().length >= 10 && typed.trim().length <= 500 ? typed.trim() : null;
    default: {
      const contact = readContact(typed, allowDramaNumbers);
      return contact?.kind === kind ? contact.value : null;
    }
  }
}

/** "a•••@home.example", "•••• 123": enough to know one's own. */
export function maskContact(contact: Contact): string {
  if (contact.kind === 'phone') return `the number ending ${contact.value.slice(-3)}`;
  const [name = '', domain = ''] = contact.value.split('@');
  return `${name.slice(0, 1)}•••@${domain}`;
}

export interface Redeemable {
  /** Somebody signed in asked for it, to add an address of theirs. */
  addsTo: string | null;
  usedAt: Date | null;
  expiresAt: Date;
  tries: number;
}

/**
 * Whether a link or a code can still be used, by whoever is signed in there. One that adds an address works for its
 * person alone: else somebody could add another's address to themselves, and draw its owner into their account.
 */
export function canRedeem(signIn: Redeemable, signedInAs: string | null, now: Date): Outcome {
  if (signIn.usedAt) return refused('This link or code has been used already. Ask for a new one.');
  if (signIn.expiresAt <= now) return refused(`This link or code is more than ${SIGN_IN_MINUTES} minutes old. Ask for a new one.`);
  if (signIn.tries >= SIGN_IN_TRIES) return refused('That was the last try for this code. Ask for a new one.');
  if (signIn.addsTo && signIn.addsTo !== signedInAs) {
    return refused('Use the code or link in the browser where you asked for it. If you did not ask for it, leave it.');
  }
  return allowed;
}

/** Postcodes as people type them, written as post offices do: "w6 9jt" is "W6 9JT". Null when it can't be one. */
export function readPostcode(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/\s/g, '');
  return /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/.test(plain) ? `${plain.slice(0, -3)} ${plain.slice(-3)}` : null;
}
