/** How somebody belongs to the borough, in the words of the form. */
export const eligibilityNames = {
  lives: 'I live in the borough',
  studies: 'I study in the borough',
  works: 'I work in the borough',
  volunteers: 'I volunteer in the borough',
  none: 'None of these. Please talk with me',
} as const;

export type Eligibility = keyof typeof eligibilityNames;
export const eligibilities = Object.keys(eligibilityNames) as Eligibility[];

/** What is wrong with what was ticked, or null. "None of these" refuses nobody: staff talk with them. */
export function eligibilityProblem(ticked: readonly Eligibility[]): string | null {
  if (ticked.length === 0) return 'Tick at least one';
  return ticked.includes('none') && ticked.length > 1 ? 'Tick “None of these” alone, or leave it out' : null;
}
