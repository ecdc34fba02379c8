export interface EqualityQuestionSeed {
  code: string;
  text: string;
  help?: string;
  /** In the order they are offered; each question ends with "Prefer not to say". */
  options: Readonly<Record<string, string>>;
}

/** A council may change the words; nobody writes an answer of their own, because words can tell whose they are. */
export const equalityQuestions: readonly EqualityQuestionSeed[] = [
  {
    code: 'age', text: 'How old are you?',
    options: {
      'under-18': 'Under 18', '18-24': '18 to 24', '25-34': '25 to 34', '35-44': '35 to 44', '45-54': '45 to 54', '55-64': '55 to 64',
      '65-74': '65 to 74', '75-over': '75 or over',
    },
  },
  {
    code: 'gender', text: 'What is your gender?',
    options: { woman: 'Woman', man: 'Man', 'non-binary': 'Non-binary', 'own-word': 'I use another word' },
  },
  {
    code: 'trans', text: 'Is your gender the same as the sex you were registered with at birth?',
    options: { yes: 'Yes', no: 'No' },
  },
  {
    code: 'ethnicity', text: 'Which of these describes your ethnic group or background?',
    options: {
      asian: 'Asian or Asian British', black: 'Black, Black British, African or Caribbean', mixed: 'Mixed or multiple ethnic groups',
      'white-uk': 'White: English, Welsh, Scottish, Northern Irish or British', 'white-other': 'White: Irish, Gypsy, Irish Traveller, Roma or other',
      arab: 'Arab', other: 'Another ethnic group',
    },
  },
  {
    code: 'religion', text: 'What is your religion or belief?',
    options: {
      none: 'No religion', buddhist: 'Buddhist', christian: 'Christian', hindu: 'Hindu', jewish: 'Jewish', muslim: 'Muslim', sikh: 'Sikh',
      other: 'Another religion or belief',
    },
  },
  {
    code: 'orientation', text: 'What is your sexual orientation?', help: 'This means whom you are attracted to',
    options: { straight: 'Straight or heterosexual', 'gay-lesbian': 'Gay or lesbian', bi: 'Bi', 'own-word': 'I use another word' },
  },
  {
    code: 'disabled', text: 'Do you see yourself as a Disabled person?', help: 'You may also be Deaf, neurodiverse, or have a long-term health condition',
    options: { yes: 'Yes', no: 'No', 'not-sure': 'I am not sure' },
  },
  {
    code: 'caring', text: 'Do you look after somebody?', help: 'A child, or an adult who needs your help. Unpaid, not as your work',
    options: { no: 'No', child: 'Yes, a child or children', adult: 'Yes, an adult or adults', both: 'Yes, children and adults' },
  },
];

export const PREFER_NOT = { code: 'prefer-not', text: 'Prefer not to say' };
