/** The calls that a relative's widget makes. */
import { call, listIn } from '../shared/http';
import type { Article, Message, TalkState, TalkStateName } from '../shared/types';

export interface Session {
  id: string;
  token: string;
  municipality: string;
}

export interface Started {
  id: string;
  token: string;
  language: string;
  state: TalkStateName;
  messages: Message[];
}

export type Feedback = { rating: 'up' | 'down' | number; message_seq?: number; text?: string };

const at = (session: Session, rest = '') => `/api/v1/conversations/${encodeURIComponent(session.id)}${rest}`;

export const startTalk = (municipality: string, language: string) =>
  call<Started>('POST', '/api/v1/conversations', { body: { municipality, language } });

export async function fetchMessages(session: Session, after: number) {
  const value = await call<unknown>('GET', at(session, `/messages?after=${after}`), { token: session.token });
  const state = (value as Partial<TalkState> | null)?.state;
  return { messages: listIn<Message>(value, 'messages'), state: state ? (value as TalkState) : null };
}

export const postMessage = (session: Session, body: Record<string, unknown>) =>
  call<{ seq: number }>('POST', at(session, '/messages'), { body, token: session.token });

export const setTalkLanguage = (session: Session, language: string) =>
  call<Partial<TalkState>>('PATCH', at(session), { body: { language }, token: session.token });

export const sendFeedback = (session: Session, body: Feedback) =>
  call<unknown>('POST', at(session, '/feedback'), { body, token: session.token });

export const handoffDraft = (session: Session) =>
  call<{ summary: string | null }>('GET', at(session, '/handoff'), { token: session.token });

export const askForHuman = (session: Session, summary: string | undefined) =>
  call<unknown>('POST', at(session, '/handoff'), {
    body: summary ? { consent: true, summary } : { consent: true },
    token: session.token,
  });

/** Leaves the queue: the robot answers again. */
export const leaveQueue = (session: Session) => call<unknown>('DELETE', at(session, '/handoff'), { token: session.token });

export const sendTyping = (session: Session) => call<null>('POST', at(session, '/typing'), { token: session.token });

export const transcript = (session: Session, format: 'html' | 'txt') =>
  call<string>('GET', at(session, `/transcript?format=${format}`), { token: session.token, accept: 'text' });

export const deleteTalk = (session: Session) => call<null>('DELETE', at(session), { token: session.token });

export const fetchArticle = (id: string, municipality: string, lang: string) =>
  call<Article>('GET', `/api/v1/articles/${encodeURIComponent(id)}?${new URLSearchParams({ municipality, lang })}`);

export const eventsPath = (session: Session) => at(session, '/events');
