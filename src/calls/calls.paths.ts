export const callPaths = {
  list: () => '/opportunities',
  show: (slug: string) => `/opportunities/${slug}`,
  staffList: () => '/staff/calls',
  new: () => '/staff/calls/new',
  manage: (id: string) => `/staff/calls/${id}`,
  edit: (id: string) => `/staff/calls/${id}/edit`,
  preview: (id: string) => `/staff/calls/${id}/preview`,
  questions: (id: string) => `/staff/calls/${id}/questions`,
  removeQuestion: (id: string, questionId: string) => `/staff/calls/${id}/questions/${questionId}/removal`,
  publication: (id: string) => `/staff/calls/${id}/publication`,
  closure: (id: string) => `/staff/calls/${id}/closure`,
  cancellation: (id: string) => `/staff/calls/${id}/cancellation`,
};
