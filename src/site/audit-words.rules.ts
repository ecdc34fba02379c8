const ACTIONS: Record<string, string> = {
  'application.about-saved': 'Saved who they are, in an application',
  'application.access-saved': 'Answered whether they need anything, in an application',
  'application.age-checked': 'Noted a talk with an applicant under 18',
  'application.answers-saved': 'Saved answers in an application',
  'application.contact-saved': 'Saved how to reach them, in an application',
  'application.decided': 'Decided about an application',
  'application.decision-undone': 'Undid a decision nobody was told of',
  'application.interviewing': 'An application went on to its interview',
  'application.shortlisted': 'An application went back to the shortlist',
  'application.started': 'Started an application',
  'application.submitted': 'Sent an application',
  'application.telling': 'Had the news about an application sent',
  'application.told': 'Noted that an applicant knows the news',
  'application.withdrawn': 'Withdrew an application',
  'attendance.recorded': 'Recorded who came',
  'bank-details.changed': 'Changed bank details',
  'budget.committed': 'Set money aside',
  'budget.created': 'Made a budget',
  'budget.released': 'Gave money back to a budget',
  'budget.spent': 'Spent money from a budget',
  'call.drafted': 'Wrote a call',
  'call.published': 'Published a call',
  'claim.answered': 'Answered a claim',
  'claim.approved': 'Approved a claim',
  'claim.drafted': 'A claim was made',
  'contact.added': 'Added a way to reach somebody',
  'contact.kept': 'Said that only they use an address',
  'contact.preferred': 'Chose how to be reached',
  'contact.removed': 'Removed a way to reach them',
  'contact.shared': 'Marked an address as shared',
  'group.created': 'Made a group',
  'interview.booked': 'Booked an interview',
  'interview.cancelled': 'Cancelled an interview',
  'interview.more-times': 'Offered more interview times',
  'interview.none-suit': 'Asked for other interview times',
  'meeting.member-left-out': 'A member could not be added to a meeting',
  'meeting.planned': 'Planned a meeting',
  'membership.started': 'Somebody joined a group',
  'message.arrived': 'Noted that a message arrived',
  'message.sent-again': 'Sent a message again',
  'message.unreachable': 'Somebody could not be reached',
  'occasion.cancelled': 'Cancelled a meeting or an interview',
  'occasion.planned': 'Put a meeting or an interview in the diary',
  'person.created': 'A new person was written down',
  'person.described': 'Saved who somebody is',
  'person.signed-in': 'Somebody signed in',
  'role.given': 'Gave somebody a role',
  'run.built': 'Built a payment run',
  'run.exported': 'Made a payment file',
  'run.file-read': 'Downloaded a payment file',
  'run.paid': 'Marked a payment run as paid',
  'run.released': 'Released a payment run',
  'sign-in-code.made': 'Made a code to read out to somebody',
  'sign-in.second-step': 'Somebody at a shared address said who they are',
  'slot.created': 'Added an interview time',
  'slot.removed': 'Removed an interview time',
};

const CHANNELS: Record<string, string> = {
  web: 'On the website', phone: 'By phone', post: 'By post', text: 'By text', in_person: 'In person', api: 'Through the API', system: 'By itself',
};

/** What was done, in plain words; its code where there are none yet. */
export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

export function channelWords(channel: string): string {
  return CHANNELS[channel] ?? channel;
}
