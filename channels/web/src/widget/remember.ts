/** What the browser remembers between pages: the talk, and (in this tab) draft, language and text size. */
import { forgetAll, readItem, writeItem } from '../shared/storage';
import type { Session } from './api';

export const TALK = 'naer.talk';

export function storedTalk(municipality: string): Session | null {
  const session = readItem<Session>('local', TALK);
  return session?.id && session.token && session.municipality === municipality ? session : null;
}

export const storeTalk = (session: Session) => writeItem('local', TALK, session);
export const forgetTalk = () => writeItem('local', TALK, null);
export const forgetEverything = () => forgetAll('naer.');

export const outboxKey = (session: Session) => `naer.outbox.${session.id}`;

export const storedDraft = () => readItem<string>('session', 'naer.draft') ?? '';
export const storeDraft = (text: string) => writeItem('session', 'naer.draft', text || null);

export const storedLanguage = () => readItem<string>('session', 'naer.language');
export const storeLanguage = (code: string) => writeItem('session', 'naer.language', code);

export const storedSize = () => readItem<number>('session', 'naer.size') ?? 100;
export const storeSize = (size: number) => writeItem('session', 'naer.size', size);
