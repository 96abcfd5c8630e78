/** The calls of the counsellor's console. */
import { listIn } from '../shared/http';
import { staffCall } from '../shared/staff/auth';
import type { Message } from '../shared/types';

export type Person = string | { name?: string; email?: string } | null | undefined;
export type Presence = 'available' | 'busy' | 'away';
export const OUTCOMES = ['helped', 'referred', 'callback', 'no_answer', 'other'] as const;

export interface QueueItem {
  id: string;
  state: 'waiting' | 'human' | 'bot' | 'closed';
  priority: string | number | null;
  language: string;
  theme: string | null;
  waiting_since: string | null;
  claimed_by: Person;
  summary: string | null;
  unread: number;
  last_message_at?: string | null;
}

export interface Note {
  at?: string;
  author?: Person;
  text: string;
}

export interface Detail extends Omit<QueueItem, 'unread'> {
  notes?: Note[];
  suggested_articles?: Array<{ article_id: string; title: string }>;
}

export interface Phrase {
  phrase_id: string;
  title: string;
  text_nb: string;
  text: string;
}

export interface Colleague {
  email: string;
  name: string;
  status: Presence | string;
}

const at = (id: string, rest = '') => `/staff/conversations/${encodeURIComponent(id)}${rest}`;

export const setPresence = (status: Presence) => staffCall<unknown>('PUT', '/staff/presence', { status });
export const fetchQueue = async () => listIn<QueueItem>(await staffCall<unknown>('GET', '/staff/queue'), 'items');
export const fetchDetail = (id: string) => staffCall<Detail>('GET', at(id));
export const fetchMessages = async (id: string, after: number) =>
  listIn<Message>(await staffCall<unknown>('GET', at(id, `/messages?after=${after}`)), 'messages');
export const claim = (id: string) => staffCall<unknown>('POST', at(id, '/claim'), {});
export const release = (id: string) => staffCall<unknown>('POST', at(id, '/release'), {});
export const transfer = (id: string, to: string) => staffCall<unknown>('POST', at(id, '/transfer'), { to });
export const close = (id: string, outcome: string, backToBot: boolean) =>
  staffCall<unknown>('POST', at(id, '/close'), { outcome, back_to_bot: backToBot });
export const post = (id: string, body: Record<string, unknown>) => staffCall<{ seq: number }>('POST', at(id, '/messages'), body);
export const addNote = (id: string, text: string) => staffCall<unknown>('POST', at(id, '/notes'), { text });
export const sendTyping = (id: string, on: boolean) => staffCall<unknown>('POST', at(id, '/typing'), { on });
export const fetchColleagues = async () => listIn<Colleague>(await staffCall<unknown>('GET', '/staff/colleagues'), 'colleagues');
export const fetchPhrases = async (lang: string) =>
  listIn<Phrase>(await staffCall<unknown>('GET', `/staff/phrases?${new URLSearchParams({ lang })}`), 'phrases');
