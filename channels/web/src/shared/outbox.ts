/** Messages on their way out: one at a time, in order, tried again with the same client_id until they arrive. */
import { backoff } from './backoff';
import { ApiError } from './http';
import { newId } from './ids';
import { readItem, writeItem } from './storage';

export interface OutboxItem {
  clientId: string;
  text: string;
  at: string;
  body: Record<string, unknown>;
}

export interface OutboxHooks {
  post(item: OutboxItem): Promise<{ seq: number }>;
  onQueued(item: OutboxItem): void;
  onRetrying(item: OutboxItem): void;
  onSent(item: OutboxItem, seq: number): void;
  onFailed(item: OutboxItem, error: ApiError): void;
  /** The talk itself is gone; the items still unsent are handed back. */
  onGone(unsent: OutboxItem[]): void;
}

export class Outbox {
  private queue: OutboxItem[] = [];
  private running = false;
  private stopped = false;
  private wake: (() => void) | null = null;
  private readonly onOnline = () => this.retryNow();

  constructor(
    private readonly storageKey: string,
    private readonly hooks: OutboxHooks,
    private readonly delay: (attempt: number) => number = backoff,
  ) {
    if (typeof window !== 'undefined') window.addEventListener('online', this.onOnline);
  }

  /** Takes up again what an earlier page view did not get through. */
  resume(): void {
    for (const item of readItem<OutboxItem[]>('session', this.storageKey) ?? []) {
      this.queue.push(item);
      this.hooks.onQueued(item);
    }
    void this.run();
  }

  add(body: Record<string, unknown>, text: string): OutboxItem {
    const item: OutboxItem = { clientId: newId(), text, at: new Date().toISOString(), body };
    this.queue.push(item);
    this.save();
    this.hooks.onQueued(item);
    void this.run();
    return item;
  }

  retryNow(): void {
    this.wake?.();
  }

  stop(): OutboxItem[] {
    this.stopped = true;
    this.wake?.();
    if (typeof window !== 'undefined') window.removeEventListener('online', this.onOnline);
    return this.queue;
  }

  private save(): void {
    writeItem('session', this.storageKey, this.queue.length > 0 ? this.queue : null);
  }

  private drop(item: OutboxItem): void {
    this.queue = this.queue.filter((other) => other !== item);
    this.save();
  }

  private async pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let attempt = 0;
    for (let item = this.queue[0]; item && !this.stopped; item = this.queue[0]) {
      try {
        const { seq } = await this.hooks.post(item);
        if (this.stopped) break;
        attempt = 0;
        this.drop(item);
        this.hooks.onSent(item, seq);
      } catch (error) {
        if (this.stopped) break;
        const problem = error instanceof ApiError ? error : new ApiError(0, 'network', String(error));
        if (problem.passing) {
          this.hooks.onRetrying(item);
          await this.pause(problem.retryAfter ? problem.retryAfter * 1000 : this.delay(attempt++));
        } else if (problem.gone) {
          const unsent = this.stop();
          writeItem('session', this.storageKey, null);
          this.hooks.onGone(unsent);
        } else {
          this.drop(item);
          this.hooks.onFailed(item, problem);
        }
      }
    }
    this.running = false;
  }
}
