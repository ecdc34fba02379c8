export const interviewPaths = {
  list: () => '/staff/interviews',
  newSlots: (callId: string) => `/staff/calls/${callId}/slots/new`,
  slots: (callId: string) => `/staff/calls/${callId}/slots`,
  removal: (slotId: string) => `/staff/slots/${slotId}/removal`,
  attendance: (bookingId: string) => `/staff/interviews/${bookingId}/attendance`,
  cancellation: (bookingId: string) => `/staff/interviews/${bookingId}/cancellation`,
  answer: (requestId: string) => `/staff/slot-requests/${requestId}/answer`,
  rounds: (callId: string) => `/staff/calls/${callId}/rounds`,
  round: (roundId: string) => `/staff/rounds/${roundId}`,
  applicants: (roundId: string) => `/staff/rounds/${roundId}/applicants`,
  /** A lead holds a time for somebody. */
  placement: (applicationId: string) => `/staff/applications/${applicationId}/interview`,
  one: (bookingId: string) => `/staff/interviews/${bookingId}`,
  /** They said yes on the phone, or through somebody. */
  saidYes: (bookingId: string) => `/staff/interviews/${bookingId}/yes`,
  move: (bookingId: string) => `/staff/interviews/${bookingId}/time`,
  lateness: (bookingId: string) => `/staff/interviews/${bookingId}/lateness`,
  outcome: (bookingId: string) => `/staff/interviews/${bookingId}/outcome`,
  replies: () => '/staff/replies',
  newReply: () => '/staff/replies/new',
  demoReply: () => '/demo/replies',
  handled: (replyId: string) => `/staff/replies/${replyId}/handled`,
  /** A resident's own: "Yes, this time works". */
  agree: (applicationId: string) => `/my/applications/${applicationId}/interview/agreement`,
  runLate: (applicationId: string) => `/my/applications/${applicationId}/interview/lateness`,
  /** A resident's own: GET shows the times, POST chooses one or says that none work. */
  choose: (applicationId: string) => `/my/applications/${applicationId}/interview`,
  /** GET asks whether they are sure. */
  giveBack: (applicationId: string) => `/my/applications/${applicationId}/interview/cancellation`,
  /** The questions, once they were sent. */
  questions: (applicationId: string) => `/my/applications/${applicationId}/interview/questions`,
  questionsText: (applicationId: string) => `/my/applications/${applicationId}/interview/questions/text`,
  questionsPdf: (applicationId: string, points: number) => `/my/applications/${applicationId}/interview/questions/pdf/${points}`,
  /** Where leads and co-deciders write the questions of a round. */
  roundQuestions: (roundId: string) => `/staff/rounds/${roundId}/questions`,
  /** For the resident's own calendar. */
  calendar: (bookingId: string) => `/my/interviews/${bookingId}/calendar`,
  myCalendar: () => '/my/calendar',
  feedAddress: () => '/my/calendar/address',
  feedEnd: () => '/my/calendar/address/end',
  feed: (token: string) => `/calendars/${token}.ics`,
  /** A panel member's own: when they sit, and what is left to score. */
  panel: () => '/staff/interviews/panel',
  scores: (bookingId: string) => `/staff/interviews/${bookingId}/scores`,
  conflict: (bookingId: string) => `/staff/interviews/${bookingId}/conflict`,
  showing: (bookingId: string) => `/staff/interviews/${bookingId}/showing`,
  agreement: (bookingId: string) => `/staff/interviews/${bookingId}/agreement`,
  daySheet: (day: string) => `/staff/interviews/day/${day}`,
  daySheetText: (day: string) => `/staff/interviews/day/${day}/text`,
  daySheetPdf: (day: string, points: number) => `/staff/interviews/day/${day}/pdf/${points}`,
};
