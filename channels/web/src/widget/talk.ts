/** One relative's talk: starts or resumes it, sends, receives, and keeps what the screen shows. */
import { computed, signal } from '@preact/signals';
import { backoff } from '../shared/backoff';
import { fading } from '../shared/fading';
import { ApiError } from '../shared/http';
import { MessageStore, type Entry } from '../shared/messageStore';
import { Outbox } from '../shared/outbox';
import type { Choice, Message, TalkState } from '../shared/types';
import { acquire } from './acquire';
import * as api from './api';
import { receive } from './events';
import { i18n } from './i18n';
import { oneAtATime } from './otherTabs';
import * as memory from './remember';
import { Seen } from './seen';
import { Stream } from './stream';
import { goesOn, lookUp } from './waiting';

export type Problem = null | 'unknown' | 'unreachable';

export class Talk {
  readonly session = signal<api.Session | null>(null);
  readonly entries = signal<Entry[]>([]);
  readonly state = signal<TalkState>({ state: 'bot' });
  private readonly writing = fading<'bot' | 'counsellor'>();
  readonly typing = this.writing.value;
  readonly seen = new Seen();
  readonly lost = signal(false);
  readonly problem = signal<Problem>(null);
  /** A catalogue key for a sentence to show kindly above the composer. */
  readonly notice = signal<string | null>(null);
  readonly draft = signal(memory.storedDraft());
  readonly violence = computed(() => this.entries.value.some(({ message }) => message?.crisis?.category === 'violence'));

  private store = new MessageStore();
  private outbox: Outbox | null = null;
  private stream: Stream | null = null;
  private round = 0;

  constructor(readonly municipality: string) {}

  /** Goes on with the stored talk, or starts one; tries until the server answers. */
  async start(): Promise<void> {
    const round = ++this.round;
    for (let attempt = 0; round === this.round; attempt++) {
      try {
        const got = await oneAtATime(() => acquire(this.municipality, i18n.language.value));
        if (round !== this.round) return;
        if (got.lostOld) this.notice.value = 'notice.lost';
        this.adopt(got.session, got.messages, got.state);
        this.problem.value = null;
        return;
      } catch (error) {
        if (error instanceof ApiError && !error.passing) {
          this.problem.value = 'unknown';
          return;
        }
        this.problem.value = 'unreachable';
        const wait = error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : backoff(attempt);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  private adopt(session: api.Session, messages: Message[], state: TalkState): void {
    this.store = new MessageStore();
    this.store.merge(messages);
    this.session.value = session;
    this.seen.begin(session);
    this.setState(state);
    this.outbox = new Outbox(memory.outboxKey(session), {
      post: (item) => api.postMessage(session, { client_id: item.clientId, ...item.body }),
      onQueued: ({ clientId, text, at }) => this.change(() => this.store.addPending({ clientId, text, at, status: 'sending' })),
      onRetrying: ({ clientId }) => this.change(() => this.store.setPending(clientId, { status: 'retrying' })),
      onSent: ({ clientId }, seq) => this.change(() => this.store.setPending(clientId, { status: 'sent', seq })),
      onFailed: ({ clientId }, error) =>
        this.change(() => this.store.setPending(clientId, { status: 'failed', reason: error.code })),
      onGone: (unsent) => {
        this.setDraft([this.draft.value, ...unsent.filter((item) => 'text' in item.body).map((item) => item.text)].filter(Boolean).join('\n'));
        this.startAnew('notice.lost');
      },
    });
    this.stream = new Stream({
      path: api.eventsPath(session),
      token: session.token,
      lastSeq: () => this.store.lastSeq,
      onLive: () => {
        this.lost.value = false;
        void this.catchUp(this.store.lastSeq);
      },
      onLost: () => {
        this.lost.value = true;
        this.writing.set(null);
      },
      onGone: () => this.startAnew('notice.lost'),
      onEvent: (name, data) =>
        receive(name, data, {
          message: (message) => this.receiveMessage(message),
          state: (state) => this.setState(state),
          queue: (place) => (this.state.value = { ...this.state.value, ...place }),
          seen: (seen) => this.seen.bySomebody(seen),
          typing: ({ who, on }) => this.writing.set(on ? who : null),
          gap: () => void this.catchUp(0),
        }),
    });
    this.outbox.resume();
    this.change();
  }

  private change(run?: () => void): void {
    run?.();
    this.entries.value = this.store.entries();
  }

  private async catchUp(after: number): Promise<void> {
    const session = this.session.value;
    if (!session) return;
    try {
      const { messages, state } = await api.fetchMessages(session, after);
      if (session !== this.session.value) return;
      this.change(() => this.store.merge(messages));
      if (state) this.setState(state);
    } catch {
      /* the stream notices by itself when the talk or the network is gone */
    }
  }

  private receiveMessage(message: Message): void {
    const after = this.store.lastSeq;
    const gap = this.store.leavesGap(message);
    if (message.sender !== 'relative') this.writing.set(null);
    this.change(() => this.store.merge([message]));
    if (gap) void this.catchUp(after);
  }

  private setState(state: TalkState): void {
    const before = this.state.value;
    this.state.value = goesOn(before, state);
    if (state.state === 'waiting' && before.state !== 'waiting') void lookUp(this.session.value, this.state);
  }

  setDraft(text: string): void {
    this.draft.value = text;
    memory.storeDraft(text);
  }

  send(text: string): void {
    this.notice.value = null;
    this.outbox?.add({ text }, text);
  }

  choose(choice: Choice): void {
    this.notice.value = null;
    this.outbox?.add({ payload: choice.payload }, choice.title);
  }

  retryNow(): void {
    this.outbox?.retryNow();
  }

  /** Takes a message that was refused back into the composer. */
  takeBack(clientId: string, text: string): void {
    this.change(() => this.store.removePending(clientId));
    this.setDraft([this.draft.value, text].filter(Boolean).join('\n'));
  }

  /** Lets go of this talk on this device; the server's copy is left to its retention time. */
  leave(): void {
    this.round++;
    this.stream?.stop();
    this.outbox?.stop();
    if (memory.storedTalk(this.municipality)?.id === this.session.value?.id) memory.forgetTalk();
    this.session.value = null;
    this.writing.set(null);
    this.lost.value = false;
  }

  /** Another tab has gone over to another talk. */
  follow(): void {
    this.leave();
    void this.start();
  }

  startAnew(notice: string | null = null): void {
    this.leave();
    this.entries.value = [];
    this.state.value = { state: 'bot' };
    this.notice.value = notice;
    void this.start();
  }
}
