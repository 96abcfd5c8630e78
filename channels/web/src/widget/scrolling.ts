/** Which message belongs at the top of the list, so that the newest is seen from where it begins. */
import type { Entry } from '../shared/messageStore';

/**
 * Before the relative has written: the greeting's beginning. A counsellor's word or a notice: that message itself. A crisis
 * card keeps its place above the answer that follows. Else the relative's own last message, with the answer below it.
 */
export function topmost(entries: readonly Entry[], lastOwn: number): number {
  const newest = entries.at(-1)?.message;
  const crisis = entries.findLastIndex(({ message }) => message?.kind === 'crisis');
  if (crisis > lastOwn && newest?.sender !== 'counsellor') return crisis;
  if (newest?.sender === 'counsellor' || newest?.sender === 'system') return entries.length - 1;
  return Math.max(0, lastOwn);
}
