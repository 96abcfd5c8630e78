/** The estimate of the wait: not in each change of state, so it is kept while one waits, and asked for at the start. */
import type { Signal } from '@preact/signals';
import type { TalkState } from '../shared/types';
import { fetchProspect, type Session } from './api';

export function goesOn(before: TalkState, state: TalkState): TalkState {
  if (state.state !== 'waiting') return state;
  return { ...state, estimate_minutes: state.estimate_minutes ?? before.estimate_minutes ?? null };
}

export async function lookUp(session: Session | null, state: Signal<TalkState>): Promise<void> {
  if (!session) return;
  try {
    const { estimate_minutes } = await fetchProspect(session);
    if (state.value.state === 'waiting') state.value = { ...state.value, estimate_minutes: estimate_minutes ?? null };
  } catch {
    /* then no time is promised */
  }
}
