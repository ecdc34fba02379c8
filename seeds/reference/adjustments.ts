import type { RoomFeature } from '../../src/diary/diary.rules.js';

export interface AdjustmentSeed {
  code: string;
  name: string;
  category: string;
  /** Working days we need to arrange it. */
  lead: number;
  /** Arranged for everybody, without asking. */
  standing?: true;
  /** Often asked for: every call leaves time to arrange it. */
  common?: true;
  /** An interview can't be confirmed while it is not booked. */
  essential?: true;
  /** How much longer an interview is, if somebody does not say it themselves. */
  minutes?: number;
  /** What the room must have. */
  feature?: RoomFeature;
  /** `remote`: by video or phone. `in_sight`: people have to see each other. */
  format?: 'remote' | 'in_sight';
  /** Somebody comes to do it: the kind of interpreter, by this code. */
  comes?: true;
  /** What whoever meets them does, in plain words, and never why. */
  onTheDay?: string;
}

const people = 'People who help with communication';
const equipment = 'Equipment';
const formats = 'Papers and information';
const interview = 'Interviews and meetings';
const place = 'The place';
const costs = 'Help with costs and care';

/** What people can ask for, in the order it is shown. Lead times are the council's to change. */
export const adjustments: readonly AdjustmentSeed[] = [
  { code: 'bsl-interpreter', name: 'British Sign Language (BSL) interpreter', category: people, lead: 20, common: true, essential: true, minutes: 15, format: 'in_sight', comes: true,
    onTheDay: 'An interpreter is there. Speak to the person, one at a time, and not to the interpreter.' },
  { code: 'lipspeaker', name: 'Lipspeaker', category: people, lead: 20, common: true, essential: true, minutes: 15, format: 'in_sight', comes: true,
    onTheDay: 'A lipspeaker is there. Speak to the person, one at a time, with your face in the light.' },
  { code: 'speech-to-text', name: 'Speech-to-text reporter (live typing by a person)', category: people, lead: 20, common: true, essential: true, minutes: 10, comes: true,
    onTheDay: 'Somebody types what is said. Speak one at a time, and wait until the text is there.' },
  { code: 'deaf-relay', name: 'Deaf relay interpreter', category: people, lead: 25, essential: true, minutes: 15, format: 'in_sight', comes: true,
    onTheDay: 'Two people interpret together. Leave time for both, and speak to the person.' },
  { code: 'deafblind-guide', name: 'Deafblind communicator guide', category: people, lead: 25, essential: true, minutes: 15, format: 'in_sight', comes: true,
    onTheDay: 'A communicator guide is there. Say your name before you speak, and when you leave the room.' },
  { code: 'note-taker', name: 'Note-taker', category: people, lead: 15, common: true, essential: true, comes: true,
    onTheDay: 'Somebody takes notes for the person. They do not take part.' },
  { code: 'language-interpreter', name: 'Interpreter for a spoken language', category: people, lead: 10, common: true, essential: true, minutes: 15, comes: true,
    onTheDay: 'An interpreter is there. Use short sentences, and speak to the person.' },
  { code: 'hearing-loop', name: 'Hearing loop, tested', category: equipment, lead: 3, standing: true, essential: true, feature: 'loop',
    onTheDay: 'Switch the hearing loop on, and test it before you begin.' },
  { code: 'live-captions', name: 'Live captions', category: equipment, lead: 2, standing: true, essential: true,
    onTheDay: 'Switch the captions on before you begin.' },
  { code: 'microphones', name: 'Microphones for everybody who speaks', category: equipment, lead: 2, essential: true,
    onTheDay: 'Everybody speaks into a microphone, each time.' },
  { code: 'screen-aids', name: 'Screen or reading aids', category: equipment, lead: 5, essential: true,
    onTheDay: 'Leave the screen or reading aid where it is. Read aloud what you show.' },
  { code: 'large-print', name: 'Large print, or coloured paper', category: formats, lead: 1, common: true, essential: true,
    onTheDay: 'Bring the papers in the print that was asked for: the access co-ordinator has them.' },
  { code: 'plain-files', name: 'Papers as a plain email or in Word', category: formats, lead: 0, common: true },
  { code: 'audio', name: 'Papers as audio', category: formats, lead: 10, essential: true },
  { code: 'braille', name: 'Papers in braille', category: formats, lead: 10, essential: true },
  { code: 'bsl-video', name: 'Papers as a BSL video', category: formats, lead: 20, essential: true },
  { code: 'easy-read', name: 'Papers in Easy Read', category: formats, lead: 30, essential: true },
  { code: 'questions-in-advance', name: 'Questions before the interview', category: interview, lead: 5, standing: true,
    onTheDay: 'Keep to the questions that were sent before.' },
  { code: 'extra-time', name: 'Extra time', category: interview, lead: 0, common: true, minutes: 15,
    onTheDay: 'There is more time than usual. Do not hurry.' },
  { code: 'breaks', name: 'Breaks', category: interview, lead: 0, standing: true, minutes: 10,
    onTheDay: 'Offer breaks before you begin, and take one when it is asked for.' },
  { code: 'time-of-day', name: 'A certain time of day', category: interview, lead: 0 },
  { code: 'familiar-person', name: 'Somebody I know with me', category: interview, lead: 0,
    onTheDay: 'Somebody they know is with them. Put the questions to the person.' },
  { code: 'fewer-people', name: 'Fewer people in the room', category: interview, lead: 0,
    onTheDay: 'Only those who have to be there are in the room.' },
  { code: 'remote', name: 'Taking part by video or phone', category: interview, lead: 1, common: true, format: 'remote',
    onTheDay: 'They join by video or phone. Ask first whether they can hear you.' },
  { code: 'visit-beforehand', name: 'Photos of the place, or a visit beforehand', category: interview, lead: 5, essential: true },
  { code: 'other-answers', name: 'Answering in writing or by a recording', category: interview, lead: 0, minutes: 10,
    onTheDay: 'Answers may be written or recorded. They count the same.' },
  { code: 'step-free', name: 'A step-free room', category: place, lead: 0, standing: true, feature: 'step-free' },
  { code: 'accessible-toilet', name: 'An accessible toilet, or Changing Places', category: place, lead: 0, feature: 'accessible-toilet' },
  { code: 'seating', name: 'A certain kind of seat, or room to turn', category: place, lead: 0, feature: 'turning-space',
    onTheDay: 'Ask where they would like to sit before the others sit down.' },
  { code: 'assistance-dog', name: 'Room for my assistance dog', category: place, lead: 0,
    onTheDay: 'An assistance dog is there. Leave room, and do not speak to the dog.' },
  { code: 'taxi', name: 'A taxi, booked by us', category: place, lead: 3, common: true, essential: true },
  { code: 'blue-badge', name: 'A Blue Badge parking bay', category: place, lead: 5, essential: true, feature: 'blue-badge' },
  { code: 'quiet-room', name: 'A quiet room', category: place, lead: 5, common: true, essential: true, feature: 'quiet',
    onTheDay: 'Keep the room quiet and the door closed.' },
  { code: 'low-sensory', name: 'Low light, little noise, no scent', category: place, lead: 5, essential: true, feature: 'low-sensory',
    onTheDay: 'Low light, little noise, no scent: wear none, and turn phones off.' },
  { code: 'dietary', name: 'Certain food or drink', category: place, lead: 5 },
  { code: 'evacuation', name: 'A plan to get me out in an emergency', category: place, lead: 10, essential: true,
    onTheDay: 'Know the way out for everybody before you begin: the plan is at reception.' },
  { code: 'support-worker', name: 'The cost of my PA or support worker', category: costs, lead: 0, common: true,
    onTheDay: 'A support worker is with them. Put the questions to the person.' },
  { code: 'childcare', name: 'The cost of childcare or replacement care', category: costs, lead: 0 },
  { code: 'travel-ahead', name: 'Travel paid before the day', category: costs, lead: 0 },
  { code: 'something-else', name: 'Something else', category: 'Anything else', lead: 5, essential: true },
];
