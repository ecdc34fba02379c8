/** Bank holidays of England and Wales, from gov.uk/bank-holidays; 2029 and after are not announced yet. */
export const bankHolidays: readonly (readonly [day: string, name: string])[] = [
  ['2019-12-25', 'Christmas Day'], ['2019-12-26', 'Boxing Day'],
  ['2020-01-01', 'New Year’s Day'], ['2020-04-10', 'Good Friday'], ['2020-04-13', 'Easter Monday'],
  ['2020-05-08', 'Early May bank holiday (VE Day)'], ['2020-05-25', 'Spring bank holiday'],
  ['2020-08-31', 'Summer bank holiday'], ['2020-12-25', 'Christmas Day'], ['2020-12-28', 'Boxing Day (substitute)'],
  ['2026-01-01', 'New Year’s Day'], ['2026-04-03', 'Good Friday'], ['2026-04-06', 'Easter Monday'],
  ['2026-05-04', 'Early May bank holiday'], ['2026-05-25', 'Spring bank holiday'], ['2026-08-31', 'Summer bank holiday'],
  ['2026-12-25', 'Christmas Day'], ['2026-12-28', 'Boxing Day (substitute)'],
  ['2027-01-01', 'New Year’s Day'], ['2027-03-26', 'Good Friday'], ['2027-03-29', 'Easter Monday'],
  ['2027-05-03', 'Early May bank holiday'], ['2027-05-31', 'Spring bank holiday'], ['2027-08-30', 'Summer bank holiday'],
  ['2027-12-27', 'Christmas Day (substitute)'], ['2027-12-28', 'Boxing Day (substitute)'],
  ['2028-01-03', 'New Year’s Day (substitute)'], ['2028-04-14', 'Good Friday'], ['2028-04-17', 'Easter Monday'],
  ['2028-05-01', 'Early May bank holiday'], ['2028-05-29', 'Spring bank holiday'], ['2028-08-28', 'Summer bank holiday'],
  ['2028-12-25', 'Christmas Day'], ['2028-12-26', 'Boxing Day'],
];
