/** The console's calls beside the talks: callbacks, history, overview, statistics. */
import { listIn } from '../shared/http';
import { staffCall } from '../shared/staff/auth';
import type { Person } from './api';

export const CALLBACK_STATUSES = ['new', 'taken', 'done', 'cancelled'] as const;
export const CALLBACK_KINDS = ['phone', 'video', 'in_person'] as const;
export const CALLBACK_OUTCOMES = ['helped', 'referred', 'no_answer', 'other'] as const;
export type CallbackStatus = (typeof CALLBACK_STATUSES)[number];
export type CallbackKind = (typeof CALLBACK_KINDS)[number];

export interface Callback {
  id: number;
  status: CallbackStatus;
  kind: CallbackKind;
  when: string | Array<{ from: string; to: string }> | null;
  language: string;
  interpreter: boolean;
  about: string | null;
  phone: string | null;
  email: string | null;
  name: string | null;
  created_at: string;
  taken_by: Person;
  conversation_id: string | null;
  appointment?: string | null;
  place?: string | null;
  outcome?: string | null;
}

export interface HistoryItem {
  id: string;
  closed_at: string | null;
  language: string;
  theme: string | null;
  outcome: string | null;
  summary: string | null;
  counsellor: Person;
}

export interface Overview {
  waiting: number;
  longest_wait_seconds: number | null;
  p50_wait_seconds: number | null;
  p90_wait_seconds: number | null;
  counsellors: Array<{ name: string; presence: string; active: number }>;
  by_theme: Record<string, number | string>;
  by_hour: Record<string, number | string>;
  /** How many days the waits and counts are of. */
  days?: number;
}

/** Counts by what they count: by_theme, by_outcome, by_language … Small ones come as "<5". */
export type Statistics = Record<string, unknown>;

const query = (values: Record<string, string | null | undefined>) => {
  const filled = Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return filled.length > 0 ? `?${new URLSearchParams(filled)}` : '';
};
const at = (id: number, rest = '') => `/staff/callbacks/${id}${rest}`;

export const fetchCallbacks = async (status: string) =>
  listIn<Callback>(await staffCall<unknown>('GET', `/staff/callbacks${query({ status })}`), 'items');
export const takeCallback = (id: number) => staffCall<unknown>('POST', at(id, '/take'), {});
export const releaseCallback = (id: number) => staffCall<unknown>('POST', at(id, '/release'), {});
export const completeCallback = (id: number, outcome: string, note: string) =>
  staffCall<unknown>('POST', at(id, '/complete'), { outcome, ...(note ? { note } : {}) });
export const planCallback = (id: number, appointment: string, place: string) =>
  staffCall<unknown>('PUT', at(id), { appointment, ...(place ? { place } : {}) });
export const bookCallback = (body: Record<string, unknown>) => staffCall<Callback>('POST', '/staff/callbacks', body);

export const fetchHistory = (filters: Record<string, string>) =>
  staffCall<{ items: HistoryItem[]; next: number | null }>('GET', `/staff/history${query(filters)}`);
export const fetchOverview = () => staffCall<Overview>('GET', '/staff/overview');
export const fetchStatistics = (from: string, to: string) => staffCall<Statistics>('GET', `/staff/statistics${query({ from, to })}`);
