/** A text by its structure, from which every format is made. */
export interface Document {
  title: string;
  blocks: readonly Block[];
}

export type Block =
  | { kind: 'heading'; level: 2 | 3; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; ordered: boolean; items: readonly string[] }
  /** Short facts: what it is, and its value. */
  | { kind: 'facts'; rows: readonly (readonly [name: string, value: string])[] };

/** Paragraphs of a longer text, as its writer parted them. */
export function paragraphs(text: string): Block[] {
  return text.split(/\n{2,}/).map((part) => part.trim()).filter(Boolean).map((part) => ({ kind: 'paragraph', text: part }));
}
