/** One way to call the API: JSON in, JSON out, and one kind of error. */
export class ApiError extends Error {
  constructor(
    /** 0 when the server could not be reached at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** True when the same call may well succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }

  /** True when the session or the talk is no longer there for us. */
  get gone(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404 || this.status === 410;
  }
}

type Accept = 'json' | 'text' | 'blob';

export interface CallOptions {
  body?: unknown;
  token?: string;
  csrf?: string;
  headers?: Record<string, string>;
  timeout?: number;
  accept?: Accept;
}

async function errorFrom(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(retry) && retry > 0 ? retry : null;
  try {
    const { error } = (await response.json()) as {
      error?: { code?: string; message?: string; details?: Record<string, unknown> };
    };
    return new ApiError(response.status, error?.code ?? 'error', error?.message ?? '', error?.details ?? {}, retryAfter);
  } catch {
    return new ApiError(response.status, 'error', '', {}, retryAfter);
  }
}

async function read(response: Response, accept: Accept): Promise<unknown> {
  if (accept === 'blob') return response.blob();
  if (accept === 'text') return response.text();
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`;
  if (options.csrf) headers['X-CSRF-Token'] = options.csrf;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeout ?? 15_000);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: abort.signal,
    });
    if (!response.ok) throw await errorFrom(response);
    return (await read(response, options.accept ?? 'json')) as T;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, 'network', 'The server could not be reached');
  } finally {
    clearTimeout(timer);
  }
}

/** A list that may come bare or wrapped in an object under one name. */
export function listIn<T>(value: unknown, name: string): T[] {
  if (Array.isArray(value)) return value as T[];
  const inner = (value as Record<string, unknown> | null)?.[name];
  return Array.isArray(inner) ? (inner as T[]) : [];
}
