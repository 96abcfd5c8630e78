/** One talk that the counsellor has opened: its messages, its details, what is on its way out. */
import { signal } from '@preact/signals';
import { fading } from '../shared/fading';
import { MessageStore, type Entry } from '../shared/messageStore';
import { Outbox } from '../shared/outbox';
import type { Message } from '../shared/types';
import * as api from './api';

export class OpenTalk {
  readonly entries = signal<Entry[]>([]);
  readonly detail = signal<api.Detail | null>(null);
  readonly failed = signal(false);
  readonly draft = signal('');
  private readonly writing = fading<'relative'>();
  readonly typing = this.writing.value;
  private readonly store = new MessageStore();
  private readonly outbox: Outbox;
  private saidTyping = 0;
  private typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: string) {
    this.outbox = new Outbox(`naer.staff.outbox.${id}`, {
      post: (item) => api.post(id, { client_id: item.clientId, ...item.body }),
      onQueued: ({ clientId, text, at }) => this.change(() => this.store.addPending({ clientId, text, at, status: 'sending' })),
      onRetrying: ({ clientId }) => this.change(() => this.store.setPending(clientId, { status: 'retrying' })),
      onSent: ({ clientId }, seq) => this.change(() => this.store.setPending(clientId, { status: 'sent', seq })),
      onFailed: ({ clientId }) => this.change(() => this.store.setPending(clientId, { status: 'failed' })),
      onGone: (unsent) => {
        for (const { clientId } of unsent) this.change(() => this.store.setPending(clientId, { status: 'failed' }));
        this.failed.value = true;
      },
    });
    this.outbox.resume();
    void this.reload();
  }

  private change(run: () => void): void {
    run();
    this.entries.value = this.store.entries();
  }

  async reload(after = 0): Promise<void> {
    await Promise.all([this.catchUp(after), this.refreshDetail()]);
  }

  async refreshDetail(): Promise<void> {
    try {
      this.detail.value = await api.fetchDetail(this.id);
      this.failed.value = false;
    } catch {
      this.failed.value = true;
    }
  }

  private async catchUp(after: number): Promise<void> {
    try {
      const messages = await api.fetchMessages(this.id, after);
      this.change(() => this.store.merge(messages));
    } catch {
      this.failed.value = true;
    }
  }

  receive(message: Message): void {
    const after = this.store.lastSeq;
    const gap = this.store.leavesGap(message);
    if (message.sender === 'relative') this.writing.set(null);
    this.change(() => this.store.merge([message]));
    if (gap) void this.catchUp(after);
  }

  relativeTyping(on: boolean): void {
    this.writing.set(on ? 'relative' : null);
  }

  /** Tells the relative that somebody writes: at most every 3 s, and that it has stopped. */
  noteTyping(): void {
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.stopTyping(), 4000);
    if (Date.now() - this.saidTyping < 3000) return;
    this.saidTyping = Date.now();
    api.sendTyping(this.id, true).catch(() => undefined);
  }

  private stopTyping(): void {
    clearTimeout(this.typingEnds);
    if (this.saidTyping === 0) return;
    this.saidTyping = 0;
    api.sendTyping(this.id, false).catch(() => undefined);
  }

  send(body: Record<string, unknown>, shown: string): void {
    this.outbox.add(body, shown);
    this.stopTyping();
  }

  retryNow(): void {
    this.outbox.retryNow();
  }

  takeBack(clientId: string, text: string): void {
    this.change(() => this.store.removePending(clientId));
    this.draft.value = [this.draft.value, text].filter(Boolean).join('\n');
  }
}
