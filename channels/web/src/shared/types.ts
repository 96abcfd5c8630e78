/** The shapes of the HTTP contract that more than one face uses. */
export type Sender = 'relative' | 'bot' | 'counsellor' | 'system';
export type Kind = 'text' | 'answer' | 'choices' | 'crisis' | 'course_list' | 'form' | 'handoff' | 'notice';
export type TalkStateName = 'bot' | 'waiting' | 'human' | 'closed';

export interface Choice {
  title: string;
  payload: string;
}

export interface Answer {
  article_id: string;
  title: string;
  url?: string | null;
  reviewed_on?: string | null;
  confidence?: number;
  source_language?: string | null;
  machine_translated?: boolean;
  has_more?: boolean;
}

export interface Course {
  id?: string;
  title: string;
  starts_at?: string | null;
  ends_at?: string | null;
  place?: string | null;
  url?: string | null;
  example?: boolean;
}

export interface Message {
  seq: number;
  at: string;
  sender: Sender;
  /** The counsellor's name. */
  name?: string | null;
  kind: Kind;
  text: string;
  language: string;
  client_id?: string | null;
  /** The language it was translated from, or the original text itself. */
  translation_of?: string | null;
  choices?: Choice[] | null;
  answer?: Answer | null;
  crisis?: { category: string; contacts: Array<{ name: string; phone: string }> } | null;
  courses?: Course[] | null;
  /** Something to print or save, made of what was said. */
  document?: { id: string; title: string } | null;
  /** What a request for a person may pass on, and what else can be done. */
  handoff?: { consented?: boolean; options?: string[] } | null;
}

export interface TalkState {
  state: TalkStateName;
  counsellor?: string | null;
  queue_position?: number | null;
  /** From and to, in minutes; only when there is enough to go by. */
  estimate_minutes?: [number, number] | null;
}

export interface Article {
  article_id: string;
  title: string;
  answer?: string | null;
  body?: string | null;
  language?: string | null;
  source_language?: string | null;
  reviewed_on?: string | null;
  url?: string | null;
  links?: Array<{ title: string; url: string }> | null;
}

export interface Municipality {
  id: string;
  name: string;
  languages?: string[];
  open_now?: boolean;
  next_opening?: string | null;
}
