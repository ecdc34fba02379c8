import type { Settings } from '../../src/platform/settings.js';

/** The first row of each setting. A council changes one by adding a row with a later date. */
export const settings: Settings = {
  organisation: {
    name: 'Hammersmith & Fulham Council',
    phone: '020 7946 0000',
    textNumber: '07700 900000',
    email: 'coproduction@council.example',
    bslUrl: 'https://bsl.council.example',
    answerWithin: 'two working days',
  },
  'adjustments.acknowledge-days': 2,
  'adjustments.interpreter-alone-minutes': 120,
  'suppliers.cancellation': { partPercent: 50, partDays: 14, fullDays: 7 },
  'suppliers.pack-days': 5,
  'interviews.half-days': [{ name: 'Morning', starts: '09:00', ends: '13:00' }, { name: 'Afternoon', starts: '13:00', ends: '17:00' }],
  'applications.adult-age': 18,
  'applications.result-days': 10,
  'people.supporter-months': 12,
  'files.recording-megabytes': 200,
  'files.scan-megabytes': 20,
  'files.version-megabytes': 200,
  'applications.recording-minutes': 5,
  'applications.first-contact-days': 5,
  'applications.nudge-after-days': 7,
  'applications.nudge-before-closing-days': 2,
  'choosing.chase-days': [3, 7],
  'choosing.talent-pool-months': 12,
  'interviews.round': { baseMinutes: 40, breakMinutes: 15, panelLeast: 3, panelMost: 4 },
  'interviews.answer-days': 3,
  'payments.promise-days': 10,
  'reviews.far-apart-percent': 30,
};
