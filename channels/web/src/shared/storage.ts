/** Browser storage that may be blocked: reads give null, writes are tried and forgotten. */
type Area = 'local' | 'session';

function area(which: Area): Storage | null {
  try {
    return which === 'local' ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

export function readItem<T>(which: Area, key: string): T | null {
  try {
    const text = area(which)?.getItem(key);
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}

export function writeItem(which: Area, key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) area(which)?.removeItem(key);
    else area(which)?.setItem(key, JSON.stringify(value));
  } catch {
    /* blocked or full: we go on in memory */
  }
}

/** Forgets everything of ours under a prefix. */
export function forgetAll(prefix: string): void {
  for (const which of ['local', 'session'] as const) {
    try {
      const store = area(which);
      if (!store) continue;
      for (const key of Object.keys(store)) if (key.startsWith(prefix)) store.removeItem(key);
    } catch {
      /* blocked */
    }
  }
}
