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
  calendar: (bookingId: string) => `/my/interviews/${bookingId}/calendar`,
  myCalendar: () => '/my/calendar',
  feedAddress: () => '/my/calendar/address',
  feedEnd: () => '/my/calendar/address/end',
  feed: (token: string) => `/calendars/${token}.ics`,
  daySheet: (day: string) => `/staff/interviews/day/${day}`,
};
