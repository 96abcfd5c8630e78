/** How long to wait before the next try: grows by attempt, with jitter so that not all come at once. */
export function backoff(attempt: number, base = 800, most = 20_000, random: () => number = Math.random): number {
  const ceiling = Math.min(most, base * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
