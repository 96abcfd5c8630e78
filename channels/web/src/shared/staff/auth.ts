/** Who is logged in, and calls made in their name (cookie plus CSRF header). */
import { signal } from '@preact/signals';
import { ApiError, call } from '../http';

export interface Me {
  csrf_token: string;
  role: 'counsellor' | 'editor' | 'admin';
  municipality: string;
  name: string;
  email: string;
  presence?: string;
  /** Languages that this person writes with relatives in, and the teams (themes) they answer for. */
  languages?: string[];
  teams?: string[];
  /** How many talks at once at most; null or missing: no limit. */
  capacity?: number | null;
  active?: number;
  /** True where a translator is configured. */
  translator?: boolean;
}

/** undefined: not known yet; null: nobody. */
export const me = signal<Me | null | undefined>(undefined);

export async function staffCall<T>(method: string, path: string, body?: unknown): Promise<T> {
  const csrf = me.value?.csrf_token;
  try {
    return await call<T>(method, `/api/v1${path}`, { ...(body === undefined ? {} : { body }), ...(csrf && method !== 'GET' ? { csrf } : {}) });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && me.value) me.value = null;
    throw error;
  }
}

export async function whoAmI(): Promise<void> {
  try {
    me.value = await call<Me>('GET', '/api/v1/staff/me');
  } catch (error) {
    if (!(error instanceof ApiError && error.passing && me.value)) me.value = null;
  }
}

export async function login(email: string, password: string, otp: string): Promise<void> {
  const answer = await call<Omit<Me, 'email'> & { email?: string }>('POST', '/api/v1/staff/login', {
    body: otp ? { email, password, otp } : { email, password },
  });
  me.value = { ...answer, email: answer.email ?? email };
  await whoAmI();
}

export async function logout(): Promise<void> {
  await staffCall('POST', '/staff/logout', {}).catch(() => undefined);
  me.value = null;
}
