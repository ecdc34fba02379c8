export const adjustmentsPaths = {
  mine: () => '/my/access',
  arrangements: () => '/staff/arrangements',
  section: (section: string, page: number) => `/staff/arrangements?section=${section}&page=${page}`,
  cancelled: (id: string) => `/staff/arrangements/${id}/cancellation`,
  step: (id: string) => `/staff/arrangements/${id}/steps`,
  calledBack: (id: string) => `/staff/arrangements/call-backs/${id}`,
  suppliers: (page = 1) => (page > 1 ? `/staff/suppliers?page=${page}` : '/staff/suppliers'),
  newSupplier: () => '/staff/suppliers/new',
  supplier: (id: string) => `/staff/suppliers/${id}`,
  editSupplier: (id: string) => `/staff/suppliers/${id}/edit`,
  supplierRates: (id: string) => `/staff/suppliers/${id}/rates`,
  endSupplier: (id: string) => `/staff/suppliers/${id}/end`,
};
