export const interviewPaths = {
  list: () => '/staff/interviews',
  newSlots: (callId: string) => `/staff/calls/${callId}/slots/new`,
  slots: (callId: string) => `/staff/calls/${callId}/slots`,
  removal: (slotId: string) => `/staff/slots/${slotId}/removal`,
  attendance: (bookingId: string) => `/staff/interviews/${bookingId}/attendance`,
  cancellation: (bookingId: string) => `/staff/interviews/${bookingId}/cancellation`,
  answer: (requestId: string) => `/staff/slot-requests/${requestId}/answer`,
  /** A resident's own: GET shows the times, POST chooses one or says that none work. */
  choose: (applicationId: string) => `/my/applications/${applicationId}/interview`,
  /** GET asks whether they are sure. */
  giveBack: (applicationId: string) => `/my/applications/${applicationId}/interview/cancellation`,
  /** For the resident's own calendar. */
  /** The questions, once they were sent. */
  questions: (applicationId: string) => `/my/applications/${applicationId}/interview/questions`,
  questionsText: (applicationId: string) => `/my/applications/${applicationId}/interview/questions/text`,
  questionsPdf: (applicationId: string, points: number) => `/my/applications/${applicationId}/interview/questions/pdf/${points}`,
  /** Where leads and co-deciders write the questions of a round. */
  roundQuestions: (roundId: string) => `/staff/rounds/${roundId}/questions`,
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
