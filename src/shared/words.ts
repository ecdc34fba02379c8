/** Words in a text, counted the same in browser and server: runs of anything but white space. */
export function countWords(text: string): number {
  return (text.match(/\S+/g) ?? []).length;
}

/** "1 place", "2 places". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "a, b and c". */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
