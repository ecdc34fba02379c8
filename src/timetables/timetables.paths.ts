export const timetablePaths = {
  /** A round's timetable, for leads. */
  round: (roundId: string) => `/staff/rounds/${roundId}/timetable`,
  /** Leads to the last round of a call. */
  ofCall: (callId: string) => `/staff/calls/${callId}/timetable`,
  review: (id: string) => `/staff/timetables/${id}/review`,
  release: (id: string) => `/staff/timetables/${id}/release`,
  discard: (id: string) => `/staff/timetables/${id}/discarding`,
  again: (id: string) => `/staff/timetables/${id}/attempt`,
  place: (id: string, applicationId: string) => `/staff/timetables/${id}/people/${applicationId}`,
  /** What all its messages say besides the time. */
  words: (id: string) => `/staff/timetables/${id}/words`,
  /** What one person's message says besides. */
  note: (id: string, applicationId: string) => `/staff/timetables/${id}/people/${applicationId}/note`,
  /** Which half-days work for somebody on the panel. */
  availability: () => '/staff/availability',
  roundAvailability: (roundId: string) => `/staff/availability/${roundId}`,
  /** Which half-days work for an applicant. */
  times: (applicationId: string) => `/my/applications/${applicationId}/interview/times`,
};
