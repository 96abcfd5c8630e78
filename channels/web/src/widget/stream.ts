/** The live stream of one talk: reconnects by itself, and says when it is live and when it is lost. */
import { EventStreamContentType, fetchEventSource } from '@microsoft/fetch-event-source';
import { backoff } from '../shared/backoff';
import { ApiError } from '../shared/http';

/** A heartbeat comes at least every 15 s; a stream silent for this long is dead. */
const SILENCE = 45_000;
/** How long opening the stream may take. */
const OPENING = 12_000;
/** A line that comes back this soon is not worth a word. */
const BEFORE_SAYING = 2_500;

export interface StreamHooks {
  path: string;
  token: string;
  lastSeq(): number;
  onLive(): void;
  onLost(): void;
  onGone(): void;
  onEvent(name: string, data: string): void;
}

export class Stream {
  private stopped = false;
  private abort = new AbortController();
  private wake: (() => void) | null = null;
  private saying: ReturnType<typeof setTimeout> | undefined;
  private readonly onOnline = () => this.wake?.();

  constructor(private readonly hooks: StreamHooks) {
    window.addEventListener('online', this.onOnline);
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.hush();
    this.abort.abort();
    this.wake?.();
    window.removeEventListener('online', this.onOnline);
  }

  private hush(): void {
    clearTimeout(this.saying);
    this.saying = undefined;
  }

  private async run(): Promise<void> {
    let attempt = 0;
    while (!this.stopped) {
      const outcome = await this.once(() => (attempt = 0));
      if (this.stopped) return;
      if (outcome === 'gone') {
        this.hooks.onGone();
        return;
      }
      this.saying ??= setTimeout(() => this.hooks.onLost(), BEFORE_SAYING);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, backoff(attempt++, 600));
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = null;
    }
  }

  private async once(onOpen: () => void): Promise<'lost' | 'gone'> {
    const abort = new AbortController();
    this.abort = abort;
    let watchdog = setTimeout(() => abort.abort(), OPENING);
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE);
    };
    try {
      await fetchEventSource(this.hooks.path, {
        headers: { Authorization: `Bearer ${this.hooks.token}`, 'Last-Event-ID': String(this.hooks.lastSeq()) },
        openWhenHidden: true,
        cache: 'no-store',
        signal: abort.signal,
        async onopen(response) {
          const type = response.headers.get('content-type') ?? '';
          if (!response.ok || !type.startsWith(EventStreamContentType)) {
            throw new ApiError(response.status, 'stream', 'No stream');
          }
        },
        onmessage: (event) => {
          alive();
          if (event.event && event.data) this.hooks.onEvent(event.event, event.data);
        },
        onclose() {
          throw new ApiError(0, 'closed', 'The stream ended');
        },
        onerror(error) {
          throw error;
        },
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          if (response.ok) {
            onOpen();
            alive();
            this.hush();
            this.hooks.onLive();
          }
          return response;
        },
      });
      return 'lost';
    } catch (error) {
      return error instanceof ApiError && error.gone ? 'gone' : 'lost';
    } finally {
      clearTimeout(watchdog);
    }
  }
}
