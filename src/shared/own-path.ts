/** A place of ours to go on to; anything that could lead to another site is dropped. */
export function ownPath(path: unknown): string | null {
  if (typeof path !== 'string' || path.length > 500) return null;
  return /^\/(?![/\\])[!-[\]-~]*$/.test(path) ? path : null;
}
