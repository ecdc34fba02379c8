export const budgetPaths = {
  budget: () => '/staff/budget',
};
