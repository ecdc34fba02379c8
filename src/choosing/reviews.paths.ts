export const reviewPaths = {
  mine: () => '/staff/reviews',
  queue: (phaseId: string) => `/staff/reviews/${phaseId}`,
  next: (phaseId: string) => `/staff/reviews/${phaseId}/next`,
  /** `key` is made at random for each phase: it leads to nobody. */
  application: (key: string) => `/staff/reviews/applications/${key}`,
  declaration: (key: string) => `/staff/reviews/applications/${key}/declaration`,
  manage: (callId: string) => `/staff/calls/${callId}/review`,
  phase: (callId: string, phaseId: string) => `/staff/calls/${callId}/review/phases/${phaseId}`,
  dashboard: (callId: string, query: Record<string, string> = {}) => {
    const text = new URLSearchParams(query).toString();
    return `/staff/calls/${callId}/review/dashboard${text && `?${text}`}`;
  },
  moderation: (callId: string, key: string) => `/staff/calls/${callId}/review/dashboard/${key}`,
  redactions: (callId: string) => `/staff/calls/${callId}/review/answers`,
  redaction: (callId: string, applicationId: string) => `/staff/calls/${callId}/review/answers/${applicationId}`,
};
