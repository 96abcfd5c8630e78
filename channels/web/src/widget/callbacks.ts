/** The calls about being called or met: asked for with consent, and opened again by a code that stands in no address. */
import { call } from '../shared/http';

export const KINDS = ['phone', 'video', 'in_person'] as const;
export type Kind = (typeof KINDS)[number];

export interface Wish {
  client_id: string;
  municipality: string;
  conversation_id?: string;
  kind: Kind;
  phone?: string;
  email?: string;
  name?: string;
  when: string;
  language: string;
  interpreter: boolean;
  about: string;
}

export interface Callback {
  status: 'new' | 'taken' | 'done' | 'cancelled';
  kind: Kind;
  when: string | Array<{ from: string; to: string }> | null;
  language: string;
  interpreter: boolean;
  phone: string | null;
  email: string | null;
  appointment: string | null;
  place: string | null;
  counsellor: string | null;
}

const PATH = '/api/v1/callbacks';

export const askForCallback = (wish: Wish, token: string | undefined) =>
  call<Callback & { code: string }>('POST', PATH, { body: { ...wish, consent: true }, ...(token ? { token } : {}) });
export const seeCallback = (code: string) => call<Callback>('GET', PATH, { headers: { 'X-Callback-Code': code } });
export const cancelCallback = (code: string) => call<Callback>('DELETE', PATH, { headers: { 'X-Callback-Code': code } });
