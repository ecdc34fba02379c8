import { allowed, refused, type Outcome } from '../shared/result.js';
import type { CallState } from './call.rules.js';

export const versionKinds = ['easy_read', 'bsl', 'audio', 'braille', 'translation'] as const;

export type VersionKind = (typeof versionKinds)[number];

export const versionNames: Record<VersionKind, string> = {
  easy_read: 'Easy Read', bsl: 'BSL video', audio: 'Audio', braille: 'Braille', translation: 'Translation',
};

/** "Easy Read", "Translation into Polish". */
export function versionName(kind: VersionKind, language: string | null): string {
  return language ? `${versionNames[kind]} into ${language}` : versionNames[kind];
}

/** One file or one link, never both. */
export function checkVersion(version: { kind: VersionKind; language: string | null; url: string | null; hasFile: boolean }): { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  if (version.kind === 'translation' && !version.language) problems.push({ field: 'language', message: 'Say into which language' });
  if (version.url && version.hasFile) problems.push({ field: 'url', message: 'Give a link or a file, not both' });
  if (!version.url && !version.hasFile) problems.push({ field: 'file', message: 'Choose a file, or give a link' });
  return problems;
}

export function canAddVersion({ state }: { state: CallState }): Outcome {
  return state === 'cancelled' ? refused('This call is cancelled') : allowed;
}
