/** The keys of the console: which there are, and what a pressed key means. */

export const VIEWS = ['desk', 'callbacks', 'history', 'overview'] as const;
export type View = (typeof VIEWS)[number];

export const ACTIONS = [
  'help', 'take_next', 'next_card', 'previous_card', 'next_talk', 'previous_talk', 'write', 'insert', 'phrases', 'note',
  'transfer', 'release', 'close', 'queue', 'desk', 'callbacks', 'history', 'overview', 'leave_field',
] as const;
export type Action = (typeof ACTIONS)[number] | `talk_${number}`;

/** How each is written in the list of shortcuts. */
export const KEYS: Record<(typeof ACTIONS)[number], string> = {
  help: '?',
  take_next: 'n',
  next_card: 'j',
  previous_card: 'k',
  next_talk: 'Alt + J',
  previous_talk: 'Alt + K',
  write: 'w',
  insert: 'F2',
  phrases: 'p',
  note: 'm',
  transfer: 't',
  release: 'r',
  close: 'x',
  queue: 'q',
  desk: 'd',
  callbacks: 'c',
  history: 'h',
  overview: 'o',
  leave_field: 'Esc',
};

const LETTERS = new Map(
  Object.entries(KEYS)
    .filter(([, key]) => key.length === 1)
    .map(([action, key]) => [key, action as Action]),
);

export interface Pressed {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** What a key asks for. In a field, letters are text; letters can also be switched off altogether (WCAG 2.1.4). */
export function actionOf(event: Pressed, inField: boolean, lettersOn: boolean): Action | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) return event.code === 'KeyJ' ? 'next_talk' : event.code === 'KeyK' ? 'previous_talk' : null;
  if (event.key === 'F2') return 'insert';
  if (event.key === 'Escape') return inField ? 'leave_field' : null;
  if (inField || !lettersOn) return null;
  if (/^[1-9]$/.test(event.key)) return `talk_${Number(event.key)}`;
  return LETTERS.get(event.key === '?' ? '?' : event.key.toLowerCase()) ?? null;
}

/** True where what one presses is text. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
