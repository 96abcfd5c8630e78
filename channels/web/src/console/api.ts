/** The console's calls about talks: the queue, one talk, and what can be done with it. */
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
  claimed_by_name?: string | null;
  summary: string | null;
  unread: number;
  last_message_at?: string | null;
  team?: string | null;
  crisis?: boolean;
  /** False when it needs a language or a team that one has not. */
  fits_me?: boolean;
}

export interface Note {
  at?: string;
  author?: Person;
  text: string;
}

export interface Suggestion {
  article_id: string;
  title: string;
  snippet?: string | null;
  text?: string | null;
  language?: string | null;
  norwegian?: { title: string; text: string } | null;
  machine_translated?: boolean;
  /** Meant for staff: to read, not to send. */
  staff_only?: boolean;
}

/** What the bot did with one message of the relative. */
export interface Trace {
  seq: number;
  article_id?: string | null;
  title?: string | null;
  confidence?: number | null;
  decision?: string | null;
}

export interface Detail extends Omit<QueueItem, 'unread'> {
  notes?: Note[];
  suggested_articles?: Array<{ article_id: string; title: string }>;
  suggestions?: Suggestion[];
  trace?: Trace[];
  duty_to_report?: boolean;
  seen_by_relative?: number | null;
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

export interface Skills {
  languages?: string[];
  teams?: string[];
  /** Null: no limit. */
  capacity?: number | null;
}

const at = (id: string, rest = '') => `/staff/conversations/${encodeURIComponent(id)}${rest}`;
const act = (id: string, what: string, body: Record<string, unknown> = {}) => staffCall<unknown>('POST', at(id, `/${what}`), body);

export const setPresence = (status: Presence, skills: Skills = {}) => staffCall<unknown>('PUT', '/staff/presence', { status, ...skills });
export const fetchQueue = async () => listIn<QueueItem>(await staffCall<unknown>('GET', '/staff/queue'), 'items');
export const fetchDetail = (id: string) => staffCall<Detail>('GET', at(id));
export const fetchMessages = async (id: string, after: number) =>
  listIn<Message>(await staffCall<unknown>('GET', at(id, `/messages?after=${after}`)), 'messages');
export const post = (id: string, body: Record<string, unknown>) => staffCall<{ seq: number }>('POST', at(id, '/messages'), body);
export const claim = (id: string) => act(id, 'claim');
export const release = (id: string) => act(id, 'release');
export const reopen = (id: string) => act(id, 'reopen');
export const transfer = (id: string, to: string, note: string) => act(id, 'transfer', { to, ...(note ? { note } : {}) });
export const close = (id: string, outcome: string, theme: string, backToBot: boolean) =>
  act(id, 'close', { outcome, back_to_bot: backToBot, ...(theme ? { theme } : {}) });
export const addNote = (id: string, text: string) => act(id, 'notes', { text });
export const sendTyping = (id: string, on: boolean) => act(id, 'typing', { on });
export const sendSeen = (id: string, seq: number) => act(id, 'seen', { seq });
export const translate = (id: string, seq: number) =>
  staffCall<{ text: string; language: string }>('POST', at(id, '/translate'), { seq });
export const fetchColleagues = async () => listIn<Colleague>(await staffCall<unknown>('GET', '/staff/colleagues'), 'colleagues');
export const fetchPhrases = async (lang: string) =>
  listIn<Phrase>(await staffCall<unknown>('GET', `/staff/phrases?${new URLSearchParams({ lang })}`), 'phrases');
