import { withChannel } from '../shared/channel.js';

export const callPaths = {
  list: () => '/opportunities',
  /** `channel`: by which post or poster people come there. */
  show: (slug: string, channel: string | null = null) => `/opportunities/${slug}${withChannel(channel)}`,
  text: (slug: string) => `/opportunities/${slug}/text`,
  word: (slug: string) => `/opportunities/${slug}/word`,
  pdf: (slug: string, points: number) => `/opportunities/${slug}/pdf/${points}`,
  calendar: (slug: string) => `/opportunities/${slug}/calendar`,
  atom: () => '/opportunities.atom',
  jsonFeed: () => '/opportunities.json',
  calendarOfAll: () => '/opportunities.ics',
  staffList: () => '/staff/calls',
  new: () => '/staff/calls/new',
  manage: (id: string) => `/staff/calls/${id}`,
  edit: (id: string) => `/staff/calls/${id}/edit`,
  preview: (id: string) => `/staff/calls/${id}/preview`,
  questions: (id: string) => `/staff/calls/${id}/questions`,
  removeQuestion: (id: string, questionId: string) => `/staff/calls/${id}/questions/${questionId}/removal`,
  channels: (id: string) => `/staff/calls/${id}/channels`,
  removeChannel: (id: string, channelId: string) => `/staff/calls/${id}/channels/${channelId}/removal`,
  channelPoster: (id: string, channelId: string) => `/staff/calls/${id}/channels/${channelId}/poster`,
  poster: (id: string) => `/staff/calls/${id}/poster`,
  alerts: () => '/opportunities/alerts',
  alertAsked: () => '/opportunities/alerts/asked',
  /** A call's page by an address that does not say its title, for messages. */
  neutral: (id: string) => `/opportunities/alerts/calls/${id}`,
  confirmAlert: (id: string, token: string) => `/opportunities/alerts/${id}/confirmation/${token}`,
  stopAlert: (id: string, token: string) => `/opportunities/alerts/${id}/stop/${token}`,
  publication: (id: string) => `/staff/calls/${id}/publication`,
  closure: (id: string) => `/staff/calls/${id}/closure`,
  cancellation: (id: string) => `/staff/calls/${id}/cancellation`,
};
