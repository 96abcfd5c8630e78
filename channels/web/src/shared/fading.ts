/** A value that goes back to null by itself, such as "is writing" when the end of it got lost. */
import { signal } from '@preact/signals';

export function fading<T>(milliseconds = 15_000) {
  const value = signal<T | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (next: T | null) => {
    clearTimeout(timer);
    value.value = next;
    if (next !== null) timer = setTimeout(() => (value.value = null), milliseconds);
  };
  return { value, set };
}
