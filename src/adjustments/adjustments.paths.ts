export const adjustmentsPaths = {
  mine: () => '/my/access',
  arrangements: () => '/staff/arrangements',
  cancelled: (id: string) => `/staff/arrangements/${id}/cancellation`,
  step: (id: string) => `/staff/arrangements/${id}/steps`,
};
