// Rounds in turn, and what they say.
import autocannon from 'autocannon';

export const CONNECTIONS = 10;
export const ROUNDS = 3;

/** Loads a server once. Throws when an answer is not a success: then the figure would say nothing. */
export async function load(server, options) {
  const result = await autocannon({ url: server.url, connections: CONNECTIONS, ...options });
  const { non2xx, errors, timeouts } = result;
  if (non2xx + errors + timeouts > 0) {
    throw new Error(`the ${server.name} server: ${non2xx} answers were not a success, ${errors} failed, ${timeouts} timed out`);
  }
  return { perSecond: result.requests.total / result.duration, p99: result.latency.p99 };
}

/**
 * Service, bare, service, bare … each round as `measure` does it; the other stands still meanwhile.
 * The ratio is the median of the pairs' ratios.
 */
export async function inTurn(service, bare, measure) {
  const pairs = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    bare.pause();
    service.resume();
    const ours = await measure(service, round);
    service.pause();
    bare.resume();
    const theirs = await measure(bare, round);
    service.resume();
    pairs.push({ service: ours, bare: theirs, ratio: ours.perSecond / theirs.perSecond });
  }
  return {
    service: median(pairs.map((pair) => pair.service.perSecond)), bare: median(pairs.map((pair) => pair.bare.perSecond)),
    p99: median(pairs.map((pair) => pair.service.p99)), barep99: median(pairs.map((pair) => pair.bare.p99)),
    ratio: median(pairs.map(({ ratio }) => ratio)), ratios: pairs.map(({ ratio }) => ratio),
  };
}

export function row(what, size, figures) {
  return {
    what, 'service, requests/s': figures.service.toFixed(0), 'bare, requests/s': figures.bare.toFixed(0),
    'service/bare': figures.ratio.toFixed(2), 'pairs': figures.ratios.map((ratio) => ratio.toFixed(2)).join(' '),
    'service p99, ms': figures.p99.toFixed(0), 'bare p99, ms': figures.barep99.toFixed(0), 'answer, KB': (size / 1024).toFixed(1),
  };
}

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
