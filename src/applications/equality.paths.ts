export const equalityPaths = {
  questions: (applicationId: string) => `/my/applications/${applicationId}/equality`,
  answers: () => '/equality',
  thanks: () => '/equality/thanks',
  report: () => '/staff/equality',
  ofCall: (callId: string) => `/staff/equality/${callId}`,
  csv: (callId: string) => `/staff/equality/${callId}/csv`,
};
