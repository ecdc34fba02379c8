/** Who a seat in a group is for, in the order seats are shown. Disabled residents say so themselves, for this purpose only. */
export const seatKinds = ['disabled_resident', 'resident', 'councillor', 'officer', 'organisation'] as const;

export type SeatKind = (typeof seatKinds)[number];

const NAMES: Record<SeatKind, [one: string, many: string]> = {
  disabled_resident: ['Disabled resident', 'Disabled residents'],
  resident: ['resident', 'residents'],
  councillor: ['councillor', 'councillors'],
  officer: ['council officer', 'council officers'],
  organisation: ['community organisation', 'community organisations'],
};

export function seatName(kind: SeatKind): string {
  return NAMES[kind][0];
}

/** The same at the start of a line: "Council officer". */
export function seatTitle(kind: SeatKind): string {
  const name = seatName(kind);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** "5 Disabled residents", "1 councillor". */
export function formatSeats(kind: SeatKind, places: number): string {
  return `${places} ${NAMES[kind][places === 1 ? 0 : 1]}`;
}
