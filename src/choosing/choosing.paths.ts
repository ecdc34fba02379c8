export const choosingPaths = {
  offer: (id: string) => `/my/applications/${id}/offer`,
  list: (callId?: string) => (callId ? `/staff/applications?call=${callId}` : '/staff/applications'),
  one: (id: string) => `/staff/applications/${id}`,
  decision: (id: string) => `/staff/applications/${id}/decision`,
  telling: (id: string) => `/staff/applications/${id}/telling`,
  undoing: (id: string) => `/staff/applications/${id}/undoing`,
  pending: (id: string) => `/staff/applications/${id}/pending`,
  discarding: (id: string) => `/staff/applications/${id}/discarding`,
  message: (id: string) => `/staff/applications/${id}/message`,
  pendingOfCall: (callId: string) => `/staff/calls/${callId}/decisions`,
  messagesOfCall: (callId: string) => `/staff/calls/${callId}/messages`,
  ageCheck: (id: string) => `/staff/applications/${id}/age-check`,
};
