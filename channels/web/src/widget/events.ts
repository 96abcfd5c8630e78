/** The events of the live stream, by their names; what we do not understand is passed over. */
import type { Message, TalkState } from '../shared/types';

export interface Receivers {
  message(message: Message): void;
  state(state: TalkState): void;
  queue(place: Pick<TalkState, 'queue_position' | 'estimate_minutes'>): void;
  seen(seen: { by?: string; seq: number }): void;
  typing(typing: { who: 'bot' | 'counsellor'; on: boolean }): void;
  gap(): void;
}

export function receive(name: string, data: string, to: Receivers): void {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return;
  }
  if (name === 'message') to.message(value as Message);
  else if (name === 'state') to.state(value as TalkState);
  else if (name === 'seen') to.seen(value as { by?: string; seq: number });
  else if (name === 'typing') to.typing(value as { who: 'bot' | 'counsellor'; on: boolean });
  else if (name === 'gap') to.gap();
  else if (name === 'queue') {
    const { position, estimate_minutes } = value as { position?: number | null; estimate_minutes?: [number, number] | null };
    to.queue({ queue_position: position ?? null, estimate_minutes: estimate_minutes ?? null });
  }
}
