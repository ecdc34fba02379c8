/** What a text that came in says. Everything we are not sure of is for a person. */
export type Reply =
  | { says: 'yes' } | { says: 'no' } | { says: 'call' } | { says: 'stop' } | { says: 'unclear' }
  | { says: 'choose'; position: number } | { says: 'late'; minutes: number };

const YES = new Set(['yes', 'y', 'yes please', 'yes thanks', 'yes thank you', 'ok', 'okay', 'yep', 'that works', 'it works', 'fine']);
const NO = new Set(['no', 'n', 'no thanks', 'no thank you', 'nope', 'change', 'none', 'none of these', 'none of them']);
const CALL = new Set(['call', 'call me', 'please call', 'please call me', 'ring me', 'phone me']);
/** What people write to stop texts, as networks know it. */
const STOP = new Set(['stop', 'stop all', 'unsubscribe', 'end', 'quit']);
const MOST_MINUTES = 120;
const USUAL_MINUTES = 15;

/** Reads only whole texts that mean one thing; a longer one may mean more than its first word. */
export function readReply(words: string): Reply {
  const plain = words.trim().toLowerCase().replace(/[.!,]+/g, ' ').replace(/\s+/g, ' ').trim();
  if (YES.has(plain)) return { says: 'yes' };
  if (NO.has(plain)) return { says: 'no' };
  if (CALL.has(plain)) return { says: 'call' };
  if (STOP.has(plain)) return { says: 'stop' };
  const choice = /^(?:number |option |time )?#?([1-9])(?: please| thanks)?$/.exec(plain);
  if (choice) return { says: 'choose', position: Number(choice[1]) };
  const late = /^(?:running )?late(?: (\d{1,3})(?: ?(?:m|min|mins|minutes))?)?$/.exec(plain);
  if (late) {
    const minutes = late[1] === undefined ? USUAL_MINUTES : Number(late[1]);
    return minutes >= 1 && minutes <= MOST_MINUTES ? { says: 'late', minutes } : { says: 'unclear' };
  }
  return { says: 'unclear' };
}

/** Where a number is shared, only what can mean one person's one interview is done. */
export function onlyOne<T>(candidates: readonly T[]): T | null {
  return candidates.length === 1 ? candidates[0]! : null;
}
