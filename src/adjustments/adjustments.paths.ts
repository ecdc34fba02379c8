export const adjustmentsPaths = {
  mine: () => '/my/access',
  arrangements: () => '/staff/arrangements',
  section: (section: string, page: number) => `/staff/arrangements?section=${section}&page=${page}`,
  cancelled: (id: string) => `/staff/arrangements/${id}/cancellation`,
  step: (id: string) => `/staff/arrangements/${id}/steps`,
  calledBack: (id: string) => `/staff/arrangements/call-backs/${id}`,
};
