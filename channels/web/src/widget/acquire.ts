/** Finds the talk to show: the one that this browser remembers, or a new one. */
import { ApiError } from '../shared/http';
import type { Message, TalkState } from '../shared/types';
import * as api from './api';
import * as memory from './remember';

export interface Acquired {
  session: api.Session;
  messages: Message[];
  state: TalkState;
  /** True when a remembered talk was no longer there. */
  lostOld: boolean;
}

export async function acquire(municipality: string, language: string): Promise<Acquired> {
  const stored = memory.storedTalk(municipality);
  if (stored) {
    try {
      const { messages, state } = await api.fetchMessages(stored, 0);
      return { session: stored, messages, state: state ?? { state: 'bot' }, lostOld: false };
    } catch (error) {
      if (!(error instanceof ApiError && error.gone)) throw error;
      memory.forgetTalk();
    }
  }
  const started = await api.startTalk(municipality, language);
  const session = { id: started.id, token: started.token, municipality };
  memory.storeTalk(session);
  return { session, messages: started.messages, state: { state: started.state }, lostOld: stored !== null };
}
