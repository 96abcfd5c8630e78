/** Tells the counsellor that the relative writes: at most every 3 s, and never what is being written. */
import * as api from './api';
import type { Talk } from './talk';

const EVERY = 3000;
let said = 0;

export function noteTyping(talk: Talk): void {
  const session = talk.session.value;
  if (!session || talk.state.value.state !== 'human' || Date.now() - said < EVERY) return;
  said = Date.now();
  api.sendTyping(session).catch(() => undefined);
}
