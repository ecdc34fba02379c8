/** What the `pagination` macro shows. */
export interface Pagination {
  total: number;
  what: string;
  from: number;
  to: number;
  previousHref: string | null;
  nextHref: string | null;
  pages: { number: number; href: string; current: boolean }[];
}

const NEIGHBOURS = 2;
const LAST_PAGE = 99_999;

/** The page somebody asked for in the address; the first one when that is nonsense. */
export function readPageNumber(text: unknown): number {
  const number = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(number, 1), LAST_PAGE);
}

export function paginate(list: { page: number; size: number; total: number; what: string; href: (page: number) => string }): Pagination {
  const { page, size, total, what, href } = list;
  const last = Math.max(1, Math.ceil(total / size));
  const first = Math.max(1, page - NEIGHBOURS);
  const near = Array.from({ length: Math.max(0, Math.min(last, page + NEIGHBOURS) - first + 1) }, (_, index) => first + index);
  return {
    total, what,
    from: Math.min(total, (page - 1) * size + 1), to: Math.min(total, page * size),
    previousHref: page > 1 ? href(Math.min(page - 1, last)) : null,
    nextHref: page < last ? href(page + 1) : null,
    pages: near.map((number) => ({ number, href: href(number), current: number === page })),
  };
}
