/** The calls that a relative's widget makes. */
import { call, listIn } from '../shared/http';
import type { Article, Course, Message, TalkState, TalkStateName } from '../shared/types';

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

/** What the handoff panel shows. */
export interface Prospect {
  state: TalkStateName;
  open_now?: boolean;
  counsellor_available?: boolean;
  next_opening?: string | null;
  position?: number | null;
  estimate_minutes?: [number, number] | null;
  proposal?: Part[];
  summary?: string | null;
  /** True when the relative has agreed to what has been passed on. */
  consented?: boolean;
  options?: string[];
  /** Whether an e-mail can be sent when somebody answers. */
  notify_available?: boolean;
}

export interface Part {
  part: string;
  title: string;
  text: string;
}

export interface Resumed extends Session {
  language: string;
  state: TalkStateName;
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

export const fetchProspect = (session: Session) => call<Prospect>('GET', at(session, '/handoff'), { token: session.token });

export const askForHuman = (session: Session, summary: string) =>
  call<unknown>('POST', at(session, '/handoff'), { body: { consent: true, summary }, token: session.token });

/** Leaves the queue: the robot answers again. */
export const leaveQueue = (session: Session) => call<unknown>('DELETE', at(session, '/handoff'), { token: session.token });

export const sendSeen = (session: Session, seq: number) =>
  call<null>('POST', at(session, '/seen'), { body: { seq }, token: session.token });

/** One message to this address when a counsellor answers. */
export const notifyBy = (session: Session, email: string) =>
  call<null>('POST', at(session, '/notify'), { body: { email }, token: session.token });

export const newResumeCode = (session: Session) =>
  call<{ code: string; valid_until: string | null }>('POST', at(session, '/resume-code'), { token: session.token });

export const resumeTalk = (code: string) => call<Resumed>('POST', '/api/v1/conversations/resume', { body: { code } });

export const fetchDocument = (session: Session, id: string, format: 'html' | 'pdf') =>
  call<Blob>('GET', at(session, `/documents/${encodeURIComponent(id)}?format=${format}`), { token: session.token, accept: 'blob', timeout: 60_000 });

export const sendTyping = (session: Session) => call<null>('POST', at(session, '/typing'), { token: session.token });

export const transcript = (session: Session, format: 'html' | 'txt') =>
  call<string>('GET', at(session, `/transcript?format=${format}`), { token: session.token, accept: 'text' });

export const deleteTalk = (session: Session) => call<null>('DELETE', at(session), { token: session.token });

export const fetchArticle = (id: string, municipality: string, lang: string) =>
  call<Article>('GET', `/api/v1/articles/${encodeURIComponent(id)}?${new URLSearchParams({ municipality, lang })}`);

export const fetchCourses = async (municipality: string, lang: string) =>
  listIn<Course>(await call<unknown>('GET', `/api/v1/courses?${new URLSearchParams({ municipality, lang })}`), 'courses');

export const eventsPath = (session: Session) => at(session, '/events');
