export const peoplePaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  newContact: (next?: string) => (next ? `/my/contacts/new?next=${encodeURIComponent(next)}` : '/my/contacts/new'),
  contacts: () => '/my/contacts',
  signInCode: () => '/sign-in/code',
  who: () => '/sign-in/who',
  secondStep: () => '/sign-in/second-step',
  handOver: () => '/staff/hand-over-notes',
  people: () => '/staff/people',
  person: (id: string) => `/staff/people/${id}`,
  duplicates: () => '/staff/people/duplicates',
  compare: (id: string, otherId: string) => `/staff/people/duplicates/${id}/${otherId}`,
  signInLink: (id: string, token: string) => `/sign-in/link/${id}/${token}`,
  signOut: () => '/sign-out',
  /** Back to one's own pages. */
  endHelping: () => '/helping/end',
  supporters: () => '/my/supporters',
  removeSupporter: (id: string) => `/my/supporters/${id}/removal`,
  supporterDone: (id: string) => `/my/supporters/${id}/done`,
  help: (id: string) => `/my/helping/${id}`,
  /** Finding somebody, to enter for them what they say. `next` is where to go then. */
  entering: (next?: string | null) => `/staff/entering${toQuery(next)}`,
  newPerson: (next?: string | null) => `/staff/entering/new${toQuery(next)}`,
  entry: (id: string, next?: string | null) => `/staff/entering/${id}${toQuery(next)}`,
  entryContacts: (id: string) => `/staff/entering/${id}/contacts`,
  entrySupporters: (id: string) => `/staff/entering/${id}/supporters`,
  enterFor: (id: string) => `/staff/entering/${id}/helping`,
};

function toQuery(next: string | null | undefined): string {
  return next ? `?next=${encodeURIComponent(next)}` : '';
}
