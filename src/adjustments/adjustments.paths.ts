export const adjustmentsPaths = {
  mine: () => '/my/access',
  arrangements: () => '/staff/arrangements',
  step: (id: string) => `/staff/arrangements/${id}/steps`,
};
