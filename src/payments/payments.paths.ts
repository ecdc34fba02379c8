export const paymentPaths = {
  mine: () => '/my/payments',
  myClaim: (id: string) => `/my/payments/claims/${id}`,
  answer: (id: string) => `/my/payments/claims/${id}/answer`,
  bank: () => '/my/payments/bank',

  claims: (state?: string, page?: number) => {
    const query = new URLSearchParams({ ...(state && { state }), ...(page && page > 1 && { page: String(page) }) }).toString();
    return query ? `/staff/claims?${query}` : '/staff/claims';
  },
  claim: (id: string) => `/staff/claims/${id}`,
  approval: (id: string) => `/staff/claims/${id}/approval`,

  runs: () => '/staff/runs',
  run: (id: string) => `/staff/runs/${id}`,
  release: (id: string) => `/staff/runs/${id}/release`,
  export: (id: string) => `/staff/runs/${id}/export`,
  file: (id: string) => `/staff/runs/${id}/file`,
  payment: (id: string) => `/staff/runs/${id}/payment`,
};
