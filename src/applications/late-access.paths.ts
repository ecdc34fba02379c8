export const latePaths = {
  list: () => '/staff/more-time',
  newCode: () => '/staff/more-time/codes/new',
  newContact: () => '/staff/more-time/contacts/new',
  codes: () => '/staff/more-time/codes',
  contacts: () => '/staff/more-time/contacts',
  revocation: (id: string) => `/staff/more-time/${id}/revocation`,
};
