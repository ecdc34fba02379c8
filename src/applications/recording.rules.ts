import { allowed, refused, type Outcome } from '../shared/result.js';
import { isAudio, isReadable, type FileState } from '../platform/files/file.rules.js';
import type { ApplicationState } from './application.rules.js';

export type RecordingKind = 'audio' | 'video' | 'scan';

export const kindWords: Record<RecordingKind, string> = { audio: 'Sound recording', video: 'Video recording', scan: 'Scan' };

export function kindOf(mediaType: string, claimedType: string | null): RecordingKind {
  return isAudio(mediaType, claimedType) ? 'audio' : 'video';
}

/** What was sent stands; the resident can still withdraw the whole. */
export function canChangeRecordings({ state }: { state: ApplicationState }): Outcome {
  return state === 'draft' ? allowed : refused('You have sent this application already, so it can’t be changed. Call or text us if something is wrong.');
}

/** By post it may come before all else is written down. */
export function canAddScan({ state }: { state: ApplicationState }): Outcome {
  return state === 'withdrawn' ? refused('They have withdrawn this application') : allowed;
}

export function canTranscribe({ state }: { state: ApplicationState }): Outcome {
  return state === 'draft' || state === 'withdrawn' ? refused('Only an application that was sent can get a transcript') : allowed;
}

export function canCheckTranscript({ transcript }: { transcript: string | null }): Outcome {
  return transcript === null ? refused('There is nothing to check yet') : allowed;
}

/** One that the virus check stopped answers nothing, and another can be sent. */
export function answersWith({ fileState }: { fileState: FileState }): boolean {
  return fileState === 'scanning' || isReadable(fileState);
}

export const transcriptWords = { right: 'They say it is right', change: 'They ask for a change', none: 'They have not looked at it; they need not' };

/** "Up to about 5 minutes for one question, or 10 minutes for all, is plenty", as guidance. */
export function minutesWords(minutes: number, questions: number): string {
  return `Up to about ${[`${minutes} minutes for one question`, ...(questions > 1 ? [`${minutes * questions} minutes for all`] : [])].join(', or ')}, is plenty. Nobody cuts you off.`;
}
