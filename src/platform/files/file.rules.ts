import { stateMachine } from '../../shared/state-machine.js';
import { list } from '../../shared/words.js';

export type FileState = 'uploading' | 'scanning' | 'clean' | 'unscanned' | 'refused' | 'removed';

/** "unscanned" says honestly that nobody looked for viruses; it can still be looked at later. */
export const fileStates = stateMachine<FileState>('stored_file', 'uploading', {
  uploading: ['scanning', 'refused', 'removed'],
  scanning: ['clean', 'unscanned', 'refused', 'removed'],
  unscanned: ['scanning', 'removed'],
  clean: ['removed'],
  refused: ['removed'],
  removed: [],
});

/** Only what was looked at, or what nobody can look at here, is given out. */
export function isReadable(state: FileState): boolean {
  return state === 'clean' || state === 'unscanned';
}

/** In words for whoever waits for it. */
export const fileStateWords: Record<FileState, string> = {
  uploading: 'Not all of it is here yet',
  scanning: 'Being checked for viruses',
  clean: 'Checked for viruses',
  unscanned: 'Not checked for viruses',
  refused: 'Stopped by the virus check',
  removed: 'Removed',
};

export type FilePurpose = 'recording' | 'scan' | 'call_version';

export interface FileType {
  /** As file-type says it, without what follows a semicolon. */
  mime: string;
  ext: string;
  /** As it is given out. */
  as: string;
  words: string;
}

const type = (mime: string, ext: string, words: string, as = mime): FileType => ({ mime, ext, as, words });

const AUDIO = [
  type('audio/mpeg', 'mp3', 'MP3'), type('audio/x-m4a', 'm4a', 'M4A', 'audio/mp4'), type('audio/mp4', 'm4a', 'M4A'),
  type('audio/wav', 'wav', 'WAV'), type('audio/ogg', 'ogg', 'OGG'), type('application/ogg', 'ogg', 'OGG', 'audio/ogg'),
];
const VIDEO = [
  type('video/mp4', 'mp4', 'MP4'), type('video/x-m4v', 'mp4', 'MP4', 'video/mp4'), type('video/webm', 'webm', 'WebM'),
  type('video/quicktime', 'mov', 'MOV'), type('video/ogg', 'ogv', 'OGG'),
];
const PDF = type('application/pdf', 'pdf', 'PDF');
const PICTURES = [type('image/jpeg', 'jpg', 'JPEG'), type('image/png', 'png', 'PNG')];
const WORD = type('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx', 'Word');
const CAPTIONS = type('text/vtt', 'vtt', 'captions (VTT)');

/** What each purpose takes; anything else is refused with this list. */
export const takenTypes: Record<FilePurpose, readonly FileType[]> = {
  recording: [...AUDIO, ...VIDEO],
  scan: [PDF, ...PICTURES],
  call_version: [PDF, WORD, ...AUDIO, ...VIDEO, CAPTIONS],
};

/** "MP3, M4A, WAV and OGG" for what it takes, each once. */
export function takenWords(purpose: FilePurpose): string {
  return list([...new Set(takenTypes[purpose].map(({ words }) => words))]);
}

/** What browsers suggest to choose from. */
export function acceptAttribute(purpose: FilePurpose): string {
  return [...new Set(takenTypes[purpose].flatMap(({ ext, as }) => [as, `.${ext}`]))].join(',');
}

/** The type of the purpose that was found in the content; null when it takes no such thing. */
export function takenType(purpose: FilePurpose, mime: string | null): FileType | null {
  const plain = mime?.split(';')[0];
  return takenTypes[purpose].find((one) => one.mime === plain) ?? null;
}

export function isPicture(mime: string): boolean {
  return PICTURES.some((one) => one.mime === mime);
}

/** A container may hold sound alone, which only the sender says. */
export function isAudio(mediaType: string, claimed: string | null): boolean {
  return mediaType.startsWith('audio/') || (mediaType.startsWith('video/') && (claimed ?? '').startsWith('audio/'));
}

const LONGEST_NAME = 100;

/** The name without paths, marks that steer a text, or a second ending; `ext` is of the content. */
export function safeName(given: string, ext: string): string {
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const stem = last.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N} _()-]+/gu, ' ').replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME).trim();
  return `${stem || 'file'}.${ext}`;
}

/** "3.4 MB". */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let power = 0;
  let value = bytes;
  while (value >= 1000 && power < units.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[power]}`;
}

export interface Span {
  from: number;
  /** The last byte, itself included. */
  to: number;
}

/** One span of `Range`; 'all' when none is asked for, or several; null when there is no such part. */
export function spanOf(range: string | undefined, size: number): Span | 'all' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return 'all';
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from > to || from >= size || (first === '' && Number(last) === 0) ? null : { from, to };
}

const RETRY_MINUTES = [1, 2, 5, 15, 30, 60];

/** Minutes until the next try, when the virus check could not be reached. */
export function scanAgainInMinutes(attempts: number): number {
  return RETRY_MINUTES[Math.min(attempts, RETRY_MINUTES.length) - 1] ?? 1;
}
