import { allowed, refused, type Outcome } from '../shared/result.js';
import { stateMachine } from '../shared/state-machine.js';

export type OccasionKind = 'interview' | 'meeting' | 'training';
export type OccasionFormat = 'in_person' | 'phone' | 'video' | 'home_visit';

export const formatNames: Record<OccasionFormat, string> = {
  in_person: 'In person',
  phone: 'By phone',
  video: 'By video',
  home_visit: 'At their home',
};

/** What a room has that somebody may need. */
export const roomFeatures = ['step-free', 'loop', 'quiet', 'accessible-toilet', 'turning-space', 'low-sensory', 'blue-badge', 'captions'] as const;
export type RoomFeature = (typeof roomFeatures)[number];

export const roomFeatureNames: Record<RoomFeature, string> = {
  'step-free': 'Step-free',
  'turning-space': 'Room to turn, and a choice of seats',
  'accessible-toilet': 'Accessible toilet',
  loop: 'Hearing loop',
  quiet: 'Quiet',
  'low-sensory': 'Low light, little noise, no scent',
  'blue-badge': 'Blue Badge parking bay',
  captions: 'Live captions',
};

/** `not_held`: they could not take part because of us, whoever came. */
export type AttendanceState = 'expected' | 'attended' | 'absent' | 'not_held';

export const attendanceStates = stateMachine<AttendanceState>('attendance', 'expected', {
  expected: ['attended', 'absent', 'not_held'],
  attended: [],
  absent: ['not_held'],
  not_held: [],
});

const LONGEST_MINUTES = 24 * 60;

/** A time that can be planned: it ends after it starts, within a day, and somebody in person has a room. */
export function canPlan(time: { startsAt: Date; endsAt: Date; format: OccasionFormat; roomId: string | null }, now: Date): Outcome {
  const minutes = (time.endsAt.getTime() - time.startsAt.getTime()) / 60_000;
  if (minutes <= 0) return refused('The end must be after the start');
  if (minutes > LONGEST_MINUTES) return refused('It can’t last longer than a day');
  if (time.startsAt <= now) return refused('The start must be in the future');
  if (time.format === 'in_person' && time.roomId === null) return refused('Choose a room, or hold it by phone or video');
  return allowed;
}

/** Who came is written down once it has begun, once. */
export function canRecordAttendance(occasion: { startsAt: Date; cancelledAt: Date | null }, state: AttendanceState, now: Date): Outcome {
  if (occasion.cancelledAt) return refused('It was cancelled');
  if (occasion.startsAt > now) return refused('It has not started yet');
  if (state !== 'expected') return refused('This was recorded already');
  return allowed;
}
