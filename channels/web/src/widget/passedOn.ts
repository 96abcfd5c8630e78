/** What goes along to a person: the parts that the relative kept, as they wrote them, and what they added. */
import type { Part } from './api';

export interface Kept extends Part {
  kept: boolean;
}

/** Parts that are facts, not words of the relative: shown as they are. */
export const FIXED = ['theme', 'language'];

export function summaryOf(parts: readonly Kept[], more: string): string {
  const lines = parts.filter(({ kept, text }) => kept && text.trim() !== '').map(({ title, text }) => `${title}: ${text.trim()}`);
  return [...lines, more.trim()].filter(Boolean).join('\n').slice(0, 2000);
}
