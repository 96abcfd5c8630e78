/** The messages of one talk: merged by seq, ordered by seq, and freed of doubles by client_id. */
import type { Message } from './types';

export type PendingStatus = 'sending' | 'retrying' | 'sent' | 'failed';

export interface Pending {
  clientId: string;
  text: string;
  at: string;
  status: PendingStatus;
  seq?: number;
  reason?: string;
}

export type Entry =
  | { key: string; message: Message; pending?: undefined }
  | { key: string; pending: Pending; message?: undefined };

export class MessageStore {
  private readonly bySeq = new Map<number, Message>();
  private readonly pendings = new Map<string, Pending>();
  private readonly seenClientIds = new Set<string>();

  /** The highest seq that the server itself has shown us. */
  lastSeq = 0;

  merge(messages: readonly Message[]): void {
    for (const message of messages) {
      this.bySeq.set(message.seq, message);
      this.lastSeq = Math.max(this.lastSeq, message.seq);
      if (message.client_id) {
        this.seenClientIds.add(message.client_id);
        this.pendings.delete(message.client_id);
      }
    }
    for (const [id, pending] of this.pendings) {
      if (pending.seq !== undefined && this.bySeq.has(pending.seq)) this.pendings.delete(id);
    }
  }

  /** True when a message has come that does not follow right after the last one. */
  leavesGap(message: Message): boolean {
    return message.seq > this.lastSeq + 1;
  }

  addPending(pending: Pending): void {
    if (!this.seenClientIds.has(pending.clientId)) this.pendings.set(pending.clientId, pending);
  }

  setPending(clientId: string, change: Partial<Pending>): void {
    const pending = this.pendings.get(clientId);
    if (!pending) return;
    const next = { ...pending, ...change };
    if (next.seq !== undefined && this.bySeq.has(next.seq)) this.pendings.delete(clientId);
    else this.pendings.set(clientId, next);
  }

  removePending(clientId: string): void {
    this.pendings.delete(clientId);
  }

  /** Everything in the order to show it: what the server has, then what is on its way. */
  entries(): Entry[] {
    const sent: Array<[number, Entry]> = [...this.bySeq.values()].map((message) => [
      message.seq,
      { key: message.client_id ?? `s${message.seq}`, message },
    ]);
    const waiting: Array<[number, Entry]> = [...this.pendings.values()].map((pending) => [
      pending.seq ?? Number.MAX_SAFE_INTEGER,
      { key: pending.clientId, pending },
    ]);
    return [...sent, ...waiting].sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
  }
}
