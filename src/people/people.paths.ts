export const peoplePaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  newContact: (next?: string) => (next ? `/my/contacts/new?next=${encodeURIComponent(next)}` : '/my/contacts/new'),
  signInCode: () => '/sign-in/code',
  signInLink: (id: string, token: string) => `/sign-in/link/${id}/${token}`,
  signOut: () => '/sign-out',
};
