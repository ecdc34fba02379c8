export const groupPaths = {
  list: () => '/staff/groups',
  group: (slug: string) => `/staff/groups/${slug}`,
  newMeeting: (slug: string) => `/staff/groups/${slug}/meetings/new`,
  meetings: (slug: string) => `/staff/groups/${slug}/meetings`,
  meeting: (slug: string, id: string) => `/staff/groups/${slug}/meetings/${id}`,
  attendance: (slug: string, id: string, personId: string) => `/staff/groups/${slug}/meetings/${id}/attendance/${personId}`,
  moveMeeting: (slug: string, id: string) => `/staff/groups/${slug}/meetings/${id}/time`,
  cancellation: (slug: string, id: string) => `/staff/groups/${slug}/meetings/${id}/cancellation`,
  mine: () => '/my/groups',
  calendar: (occasionId: string) => `/my/meetings/${occasionId}/calendar`,
};
