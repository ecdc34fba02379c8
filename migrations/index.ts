import { Platform1700000000001 } from './0001-platform.js';
import { People1700000000002 } from './0002-people.js';
import { Budgets1700000000003 } from './0003-budgets.js';
import { Diary1700000000004 } from './0004-diary.js';
import { Adjustments1700000000005 } from './0005-adjustments.js';
import { Groups1700000000006 } from './0006-groups.js';
import { Calls1700000000007 } from './0007-calls.js';
import { Applications1700000000008 } from './0008-applications.js';
import { Interviews1700000000009 } from './0009-interviews.js';
import { Payments1700000000010 } from './0010-payments.js';
import { Notifications1700000000011 } from './0011-notifications.js';
import { Invariants1700000000012 } from './0012-invariants.js';
import { PublishingTogether1700000000013 } from './0013-publishing-together.js';
import { Reach1700000000014 } from './0014-reach.js';
import { ActingFor1700000000016 } from './0016-acting-for.js';
import { Files1700000000015 } from './0015-files.js';
import { PeopleTogether1700000000017 } from './0017-people-together.js';
import { TimeToApply1700000000018 } from './0018-time-to-apply.js';
import { Reviews1700000000019 } from './0019-reviews.js';
import { Deciding1700000000020 } from './0020-deciding.js';
import { AccessRequirements1700000000021 } from './0021-access-requirements.js';
import { Arranging1700000000022 } from './0022-arranging.js';
import { InterviewRounds1700000000023 } from './0023-interview-rounds.js';
import { InterviewScores1700000000024 } from './0024-interview-scores.js';
import { Timetables1700000000025 } from './0025-timetables.js';
import { ReleaseNotes1700000000026 } from './0026-release-notes.js';
import { NeverANoShow1700000000027 } from './0027-never-a-no-show.js';

/** In the order they run. */
export const migrations = [
  Platform1700000000001,
  People1700000000002,
  Budgets1700000000003,
  Diary1700000000004,
  Adjustments1700000000005,
  Groups1700000000006,
  Calls1700000000007,
  Applications1700000000008,
  Interviews1700000000009,
  Payments1700000000010,
  Notifications1700000000011,
  Invariants1700000000012,
  PublishingTogether1700000000013,
  Reach1700000000014,
  ActingFor1700000000016,
  Files1700000000015,
  PeopleTogether1700000000017,
  TimeToApply1700000000018,
  Reviews1700000000019,
  Deciding1700000000020,
  AccessRequirements1700000000021,
  Arranging1700000000022,
  InterviewRounds1700000000023,
  InterviewScores1700000000024,
  Timetables1700000000025,
  ReleaseNotes1700000000026,
  NeverANoShow1700000000027,
];
