/** A panel's day in the order it happens. */
export type DayItem<Slot> = { kind: 'slot'; slot: Slot } | { kind: 'break'; startsAt: Date; endsAt: Date };

const SHORTEST_BREAK_MINUTES = 5;

/** The times one after another, with the breaks between them. */
export function runningOrder<Slot extends { startsAt: Date; endsAt: Date }>(slots: readonly Slot[]): DayItem<Slot>[] {
  const items: DayItem<Slot>[] = [];
  let free: Date | null = null;
  for (const slot of slots) {
    if (free && slot.startsAt.getTime() - free.getTime() >= SHORTEST_BREAK_MINUTES * 60_000) items.push({ kind: 'break', startsAt: free, endsAt: slot.startsAt });
    items.push({ kind: 'slot', slot });
    if (!free || slot.endsAt > free) free = slot.endsAt;
  }
  return items;
}
