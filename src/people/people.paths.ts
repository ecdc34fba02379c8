export const peoplePaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  newContact: (next?: string) => (next ? `/my/contacts/new?next=${encodeURIComponent(next)}` : '/my/contacts/new'),
  contacts: () => '/my/contacts',
  signInCode: () => '/sign-in/code',
  who: () => '/sign-in/who',
  secondStep: () => '/sign-in/second-step',
  handOver: () => '/staff/hand-over-notes',
  /** Finding somebody, or writing them down. `next` is where to go when one enters for them. */
  people: (next?: string | null) => `/staff/people${toQuery(next)}`,
  newPerson: (next?: string | null) => `/staff/people/new${toQuery(next)}`,
  person: (id: string, next?: string | null) => `/staff/people/${id}${toQuery(next)}`,
  endSupporter: (id: string, supporterId: string) => `/staff/people/${id}/supporters/${supporterId}/removal`,
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
};

function toQuery(next: string | null | undefined): string {
  return next ? `?next=${encodeURIComponent(next)}` : '';
}
