/** One talk that the counsellor has opened: its messages, its details, what is on its way out. */
import { computed, signal } from '@preact/signals';
import { fading } from '../shared/fading';
import { MessageStore, type Entry } from '../shared/messageStore';
import { Outbox } from '../shared/outbox';
import type { Message } from '../shared/types';
import * as api from './api';

export interface Ready {
  body: { article_id: string } | { phrase_id: string };
  title: string;
  text: string;
  language: string;
  norwegian: string;
}

export class OpenTalk {
  readonly entries = signal<Entry[]>([]);
  readonly detail = signal<api.Detail | null>(null);
  readonly failed = signal(false);
  readonly draft = signal('');
  /** An article or phrase that lies ready to be sent, and its Norwegian. */
  readonly ready = signal<Ready | null>(null);
  /** The relative has seen the messages up to this one. */
  readonly seenByRelative = signal(0);
  readonly suggestions = computed<api.Suggestion[]>(() => this.detail.value?.suggestions ?? this.detail.value?.suggested_articles ?? []);
  private readonly writing = fading<'relative'>();
  readonly typing = this.writing.value;
  private readonly store = new MessageStore();
  private readonly outbox: Outbox;
  private saidTyping = 0;
  private saidSeen = 0;
  private suggesting: ReturnType<typeof setTimeout> | undefined;
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
      const detail = await api.fetchDetail(this.id);
      this.detail.value = detail;
      this.relativeSaw(detail.seen_by_relative ?? 0);
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
    if (message.sender === 'relative') {
      this.writing.set(null);
      this.relativeSaw(message.seq);
      this.renewSuggestions();
    }
    this.change(() => this.store.merge([message]));
    if (gap) void this.catchUp(after);
  }

  /** What fits the relative's last message changes with it. */
  private renewSuggestions(): void {
    clearTimeout(this.suggesting);
    this.suggesting = setTimeout(() => void this.refreshDetail(), 400);
  }

  relativeSaw(seq: number): void {
    this.seenByRelative.value = Math.max(this.seenByRelative.value, seq);
  }

  /** Tells the relative, once for each, that the newest message has been seen. */
  noteSeen(): void {
    const seq = this.store.lastSeq;
    if (seq <= this.saidSeen) return;
    this.saidSeen = seq;
    api.sendSeen(this.id, seq).catch(() => undefined);
  }

  /** The next suggestion lies ready in the composer; sent only when one says so. */
  prepareNext(): void {
    const all = this.suggestions.value.filter((found) => !found.staff_only).map(readyArticle);
    const ready = this.ready.value;
    const index = all.findIndex(({ title }) => title === ready?.title);
    this.ready.value = all[(index + 1) % Math.max(1, all.length)] ?? null;
  }

  sendReady(): void {
    const ready = this.ready.value;
    if (!ready) return;
    this.ready.value = null;
    this.send(ready.body, ready.text || ready.title);
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

  stop(): void {
    clearTimeout(this.suggesting);
    this.stopTyping();
    this.outbox.stop();
  }

  retryNow(): void {
    this.outbox.retryNow();
  }

  takeBack(clientId: string, text: string): void {
    this.change(() => this.store.removePending(clientId));
    this.draft.value = [this.draft.value, text].filter(Boolean).join('\n');
  }
}

export function readyArticle(found: api.Suggestion): Ready {
  return {
    body: { article_id: found.article_id },
    title: found.title,
    text: found.text ?? found.snippet ?? '',
    language: found.language ?? 'nb',
    norwegian: found.norwegian?.text ?? '',
  };
}
