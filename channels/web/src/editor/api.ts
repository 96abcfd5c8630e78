/** The calls of the content editor. */
import { call, listIn } from '../shared/http';
import { staffCall } from '../shared/staff/auth';

export interface Edition {
  language: string;
  origin: string;
  approved: boolean;
  stale: boolean;
}

export interface ListItem {
  article_id: string;
  scope: string;
  kind: string;
  audience: string;
  theme: string | null;
  status: string;
  title: string;
  reviewed_on: string | null;
  review_by: string | null;
  languages: Edition[];
  has_draft: boolean;
}

export interface Texts {
  title: string;
  answer: string;
  body: string;
  questions: string[];
}

export interface Version extends Texts {
  origin?: string;
  approved?: boolean;
  stale?: boolean;
}

export interface FullArticle extends Omit<ListItem, 'languages' | 'title' | 'has_draft'> {
  law?: Array<{ ref: string; url: string; checked_on: string | null }>;
  links?: Array<{ title: string; url: string }>;
  revision: number;
  published: Record<string, Version | undefined>;
  draft: Record<string, Version | undefined> | null;
  revisions: Array<{ revision: number; at: string; author: string | null; note: string | null }>;
}

export interface DraftBody extends Texts {
  language: string;
  status?: string;
  reviewed_on?: string;
}

export interface SearchAnswer {
  language: string;
  decision: 'answer' | 'clarify' | 'none';
  results: Array<{ article_id: string; title: string; language: string; score: number; confidence: number; snippet: string }>;
}

const at = (id: string, rest = '') => `/editor/articles/${encodeURIComponent(id)}${rest}`;

export const fetchList = async () => listIn<ListItem>(await staffCall<unknown>('GET', '/editor/articles'), 'articles');
export const fetchArticle = (id: string) => staffCall<FullArticle>('GET', at(id));
export const saveDraft = (id: string, body: DraftBody) => staffCall<unknown>('PUT', at(id, '/draft'), body);
export const publish = (id: string) => staffCall<unknown>('POST', at(id, '/publish'), {});
export const revert = (id: string, revision: number) => staffCall<unknown>('POST', at(id, '/revert'), { revision });
export const search = (q: string, municipality: string, lang: string) =>
  call<SearchAnswer>('GET', `/api/v1/search?${new URLSearchParams({ q, municipality, lang, limit: '5' })}`);
