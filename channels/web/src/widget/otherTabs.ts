/** Several tabs, one talk: when another tab goes over to another talk, this one follows. */
import { readItem } from '../shared/storage';
import type { Session } from './api';
import { TALK } from './remember';
import type { Talk } from './talk';

export function followOtherTabs(talk: Talk): void {
  window.addEventListener('storage', (event) => {
    if (event.key !== TALK || event.newValue === null) return;
    const session = readItem<Session>('local', TALK);
    if (session?.municipality === talk.municipality && session.id !== talk.session.value?.id) talk.follow();
  });
}

/** Two tabs that open at the same moment must not start two talks. */
export async function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return run();
  return (await navigator.locks.request(TALK, run)) as T;
}
