export const peoplePaths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  signInCode: () => '/sign-in/code',
  signInLink: (id: string, token: string) => `/sign-in/link/${id}/${token}`,
  signOut: () => '/sign-out',
};
