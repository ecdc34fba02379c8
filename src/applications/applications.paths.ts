export const applicationPaths = {
  apply: (slug: string) => `/opportunities/${slug}/apply`,
  start: (slug: string) => `/opportunities/${slug}/applications`,
  mine: () => '/my/applications',
  one: (id: string) => `/my/applications/${id}`,
  tasks: (id: string) => `/my/applications/${id}/tasks`,
  about: (id: string) => `/my/applications/${id}/about`,
  answers: (id: string) => `/my/applications/${id}/answers`,
  access: (id: string) => `/my/applications/${id}/access`,
  contact: (id: string) => `/my/applications/${id}/contact`,
  check: (id: string) => `/my/applications/${id}/check`,
  submission: (id: string) => `/my/applications/${id}/submission`,
  withdrawal: (id: string) => `/my/applications/${id}/withdrawal`,
};
