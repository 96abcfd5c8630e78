/** The counsellor's desk: the queue, the talks that are open, and the live events that move them. */
import { computed, signal } from '@preact/signals';
import { ApiError } from '../shared/http';
import { me } from '../shared/staff/auth';
import { t } from '../shared/staff/i18n';
import type { Message } from '../shared/types';
import { Alarm } from './alarm';
import * as api from './api';
import { Live } from './live';
import { isCrisis, isMe, ownerOf, personName } from './people';
import { Tabs } from './tabs';

/** A sentence about what was done, and what can be done about it. */
export interface Notice {
  text: string;
  action?: { label: string; run: () => void };
}

interface About {
  conversation_id: string;
}

export class Desk {
  readonly queue = signal<api.QueueItem[]>([]);
  readonly tabs = new Tabs();
  readonly lost = signal(false);
  readonly notice = signal<Notice | null>(null);
  readonly status = signal<api.Presence>('available');
  /** Counts up when somebody has asked for a callback, or one was taken. */
  readonly callbacksMoved = signal(0);
  readonly unread = signal<Record<string, number>>({});
  readonly waiting = computed(() => this.queue.value.filter((item) => item.state === 'waiting' && !item.claimed_by));
  readonly mine = computed(() => this.queue.value.filter((item) => isMe(item.claimed_by)));
  readonly others = computed(() => this.queue.value.filter((item) => item.claimed_by && !isMe(item.claimed_by)));

  private readonly alarm = new Alarm();
  private live: Live | null = null;
  private refetching: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private fading: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.tabs.restore();
    void this.fetchQueue();
    this.live = new Live({
      wanted: () => Boolean(me.value),
      onUp: (afterLoss) => {
        this.lost.value = false;
        if (afterLoss) this.reloadAll();
      },
      onLost: () => (this.lost.value = true),
      on: {
        queue: () => this.refetch(),
        claim: ({ conversation_id }: About) => {
          this.refetch();
          void this.tabs.get(conversation_id)?.refreshDetail();
        },
        message: (data: About & { message: Message }) => this.receive(data.conversation_id, data.message),
        typing: (data: About & { on: boolean }) => this.tabs.get(data.conversation_id)?.relativeTyping(data.on),
        seen: (data: About & { seq: number; by?: string }) => {
          if (data.by !== 'counsellor') this.tabs.get(data.conversation_id)?.relativeSaw(data.seq);
        },
        callback: () => this.callbacksMoved.value++,
        gap: () => this.reloadAll(),
      },
    });
    this.poll = setInterval(() => void this.fetchQueue(), 30_000);
  }

  stop(): void {
    this.live?.stop();
    this.alarm.stop();
    clearInterval(this.poll);
    clearTimeout(this.refetching);
    this.tabs.stop();
  }

  private receive(id: string, message: Message): void {
    this.tabs.get(id)?.receive(message);
    if (message.sender === 'relative' && !this.inSight(id)) {
      this.unread.value = { ...this.unread.value, [id]: (this.unread.value[id] ?? 0) + 1 };
    }
    this.refetch();
  }

  private reloadAll(): void {
    this.refetch();
    this.callbacksMoved.value++;
    for (const talk of this.tabs.all.value) void talk.reload();
  }

  private refetch(): void {
    clearTimeout(this.refetching);
    this.refetching = setTimeout(() => void this.fetchQueue(), 150);
  }

  private async fetchQueue(): Promise<void> {
    try {
      this.queue.value = await api.fetchQueue();
    } catch {
      return; // the stream says when the line is down
    }
    for (const item of this.mine.value) this.tabs.add(item.id);
    this.renewMoved();
    this.ringFor();
  }

  /** An open talk that has gone to somebody else, or back to the queue, is looked at again. */
  private renewMoved(): void {
    for (const talk of this.tabs.all.value) {
      const detail = talk.detail.value;
      const item = this.queue.value.find(({ id }) => id === talk.id);
      const same = item ? item.state === detail?.state && personName(item.claimed_by) === personName(detail.claimed_by) : detail?.state === 'closed' || detail?.state === 'bot';
      if (detail && !same) void talk.refreshDetail();
    }
  }

  /** Only what one could take: not while one is away, and only a crisis while one is busy. */
  ringFor(): void {
    const status = this.status.value;
    const mine = this.waiting.value.filter((item) => isCrisis(item) || (item.fits_me !== false && status === 'available'));
    this.alarm.update(status === 'away' ? [] : mine.map((item) => ({ id: item.id, crisis: isCrisis(item) })));
  }

  inSight(id: string): boolean {
    return this.tabs.isShown(id) && !document.hidden;
  }

  unreadOf(id: string): number {
    if (this.tabs.isShown(id)) return 0;
    return this.unread.value[id] ?? this.mine.value.find((item) => item.id === id)?.unread ?? 0;
  }

  open(id: string): void {
    this.tabs.show(id);
    this.unread.value = { ...this.unread.value, [id]: 0 };
  }

  tell(notice: Notice): void {
    clearTimeout(this.fading);
    this.notice.value = notice;
    this.fading = setTimeout(() => (this.notice.value = null), 15_000);
  }

  /** Runs a call on a talk, tells how it went, and brings the desk up to date. */
  private async act(id: string, run: () => Promise<unknown>, done: Notice): Promise<boolean> {
    let ok = true;
    try {
      await run();
      this.tell(done);
    } catch (error) {
      ok = false;
      this.tell({ text: failure(error) });
    }
    this.refetch();
    await this.tabs.get(id)?.refreshDetail();
    return ok;
  }

  async claim(id: string): Promise<void> {
    if (await this.act(id, () => api.claim(id), { text: t('queue.claimed') })) this.open(id);
  }

  /** The most urgent one that fits; the most urgent of all where none does. */
  async claimNext(): Promise<void> {
    const next = this.waiting.value.find((item) => isCrisis(item) || item.fits_me !== false) ?? this.waiting.value[0];
    if (next) await this.claim(next.id);
    else this.tell({ text: t('queue.none_waiting') });
  }

  async release(id: string): Promise<void> {
    if (await this.act(id, () => api.release(id), { text: t('talk.released') })) this.tabs.remove(id);
  }

  async reopen(id: string): Promise<void> {
    if (await this.act(id, () => api.reopen(id), { text: t('talk.reopened') })) this.open(id);
  }

  async transfer(id: string, to: string, note: string): Promise<void> {
    if (await this.act(id, () => api.transfer(id, to, note), { text: t('transfer.done') })) this.tabs.remove(id);
  }

  async close(id: string, outcome: string, theme: string, backToBot: boolean): Promise<void> {
    const again = { label: t('talk.reopen'), run: () => void this.reopen(id) };
    const done = backToBot ? { text: t('close.back_done') } : { text: t('close.done'), action: again };
    if (await this.act(id, () => api.close(id, outcome, theme, backToBot), done)) this.tabs.remove(id);
  }
}

function failure(error: unknown): string {
  if (!(error instanceof ApiError) || error.status !== 409) return t('staff.failed');
  if (error.code === 'at_capacity') return t('queue.at_capacity');
  const name = personName(ownerOf(error.details));
  return name ? t('queue.taken_by', { name }) : t('queue.gone');
}
