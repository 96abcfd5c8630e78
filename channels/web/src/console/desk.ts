/** The counsellor's desk: the queue, the talks that are open, and the live events that move them. */
import { computed, signal } from '@preact/signals';
import { backoff } from '../shared/backoff';
import { ApiError } from '../shared/http';
import { me } from '../shared/staff/auth';
import { t } from '../shared/staff/i18n';
import type { Message } from '../shared/types';
import * as api from './api';
import { notifyWaiting } from './notify';
import { OpenTalk } from './openTalk';
import { isMe, personName } from './people';

export class Desk {
  readonly queue = signal<api.QueueItem[]>([]);
  readonly current = signal<OpenTalk | null>(null);
  readonly lost = signal(false);
  readonly notice = signal<string | null>(null);
  readonly unread = signal<Record<string, number>>({});
  readonly waiting = computed(() => this.queue.value.filter((item) => item.state === 'waiting' && !item.claimed_by));
  readonly mine = computed(() => this.queue.value.filter((item) => isMe(item.claimed_by)));
  readonly others = computed(() => this.queue.value.filter((item) => item.claimed_by && !isMe(item.claimed_by)));

  private readonly talks = new Map<string, OpenTalk>();
  private source: EventSource | null = null;
  private attempt = 0;
  private refetching: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private fading: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    void this.fetchQueue();
    this.connect();
    this.poll = setInterval(() => void this.fetchQueue(), 30_000);
  }

  stop(): void {
    this.source?.close();
    this.source = null;
    clearInterval(this.poll);
    this.talks.clear();
    this.current.value = null;
  }

  private connect(): void {
    const source = new EventSource('/api/v1/staff/events', { withCredentials: true });
    this.source = source;
    const on = (name: string, run: (data: never) => void) =>
      source.addEventListener(name, (event) => {
        try {
          run(JSON.parse((event as MessageEvent<string>).data || '{}') as never);
        } catch {
          /* an event that we do not understand */
        }
      });
    on('queue', () => this.refetch());
    on('claim', (data: { conversation_id: string }) => {
      this.refetch();
      void this.talks.get(data.conversation_id)?.refreshDetail();
    });
    on('message', (data: { conversation_id: string; message: Message }) => this.receive(data.conversation_id, data.message));
    on('typing', (data: { conversation_id: string; on: boolean }) => this.talks.get(data.conversation_id)?.relativeTyping(data.on));
    on('gap', () => this.reloadAll());
    source.onopen = () => {
      this.attempt = 0;
      if (this.lost.value) this.reloadAll();
      this.lost.value = false;
    };
    source.onerror = () => {
      this.lost.value = true;
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      setTimeout(() => {
        if (this.source === source && me.value) this.connect();
      }, backoff(this.attempt++));
    };
  }

  private receive(id: string, message: Message): void {
    this.talks.get(id)?.receive(message);
    if (message.sender === 'relative' && this.current.value?.id !== id) {
      this.unread.value = { ...this.unread.value, [id]: (this.unread.value[id] ?? 0) + 1 };
    }
    this.refetch();
  }

  private reloadAll(): void {
    this.refetch();
    for (const talk of this.talks.values()) void talk.reload();
  }

  private refetch(): void {
    clearTimeout(this.refetching);
    this.refetching = setTimeout(() => void this.fetchQueue(), 150);
  }

  private async fetchQueue(): Promise<void> {
    try {
      const known = new Set(this.queue.value.map((item) => item.id));
      const items = await api.fetchQueue();
      this.queue.value = items;
      if (items.some((item) => item.state === 'waiting' && !item.claimed_by && !known.has(item.id))) notifyWaiting();
    } catch {
      /* the stream says when the line is down */
    }
  }

  unreadOf(item: api.QueueItem): number {
    if (this.current.value?.id === item.id) return 0;
    return this.unread.value[item.id] ?? item.unread ?? 0;
  }

  open(id: string): void {
    let talk = this.talks.get(id);
    if (talk) void talk.reload();
    else {
      talk = new OpenTalk(id);
      this.talks.set(id, talk);
    }
    this.current.value = talk;
    this.unread.value = { ...this.unread.value, [id]: 0 };
  }

  /** Runs a call on a talk, tells how it went, and brings the desk up to date. */
  private async act(id: string, run: () => Promise<unknown>, done: string): Promise<boolean> {
    let ok = true;
    clearTimeout(this.fading);
    try {
      await run();
      this.notice.value = done;
      this.fading = setTimeout(() => (this.notice.value = null), 10_000);
    } catch (error) {
      ok = false;
      const failure = error instanceof ApiError ? error : null;
      if (failure?.status === 409) {
        const name = personName((failure.details['claimed_by'] ?? failure.details['name']) as api.Person);
        this.notice.value = name ? t('queue.taken_by', { name }) : t('queue.gone');
      } else this.notice.value = t('staff.failed');
    }
    this.refetch();
    await this.talks.get(id)?.refreshDetail();
    return ok;
  }

  async claim(id: string): Promise<void> {
    const ok = await this.act(id, () => api.claim(id), t('queue.claimed'));
    if (ok) this.open(id);
  }

  async release(id: string): Promise<void> {
    await this.act(id, () => api.release(id), t('talk.released'));
  }

  transfer(id: string, to: string): Promise<boolean> {
    return this.act(id, () => api.transfer(id, to), t('transfer.done'));
  }

  async close(id: string, outcome: string, backToBot: boolean): Promise<boolean> {
    const ok = await this.act(id, () => api.close(id, outcome, backToBot), t('close.done'));
    if (ok) {
      this.talks.delete(id);
      if (this.current.value?.id === id) this.current.value = null;
    }
    return ok;
  }
}
