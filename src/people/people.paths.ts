export const peoplePaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  newContact: (next?: string) => (next ? `/my/contacts/new?next=${encodeURIComponent(next)}` : '/my/contacts/new'),
  contacts: () => '/my/contacts',
  signInCode: () => '/sign-in/code',
  who: () => '/sign-in/who',
  secondStep: () => '/sign-in/second-step',
  people: () => '/staff/people',
  person: (id: string) => `/staff/people/${id}`,
  duplicates: () => '/staff/people/duplicates',
  compare: (id: string, otherId: string) => `/staff/people/duplicates/${id}/${otherId}`,
  signInLink: (id: string, token: string) => `/sign-in/link/${id}/${token}`,
  signOut: () => '/sign-out',
};
