/** The staff's live stream: reconnects by itself with jitter, and says when it is up and when it is lost. */
import { backoff } from '../shared/backoff';

export interface LiveHooks {
  on: Record<string, (data: never) => void>;
  onUp(afterLoss: boolean): void;
  onLost(): void;
  /** False when nobody is logged in any more. */
  wanted(): boolean;
}

export class Live {
  private source: EventSource | null = null;
  private attempt = 0;
  private lost = false;

  constructor(private readonly hooks: LiveHooks) {
    this.connect();
  }

  stop(): void {
    this.source?.close();
    this.source = null;
  }

  private connect(): void {
    const source = new EventSource('/api/v1/staff/events', { withCredentials: true });
    this.source = source;
    for (const [name, run] of Object.entries(this.hooks.on)) {
      source.addEventListener(name, (event) => {
        try {
          run(JSON.parse((event as MessageEvent<string>).data || '{}') as never);
        } catch {
          /* an event that we do not understand */
        }
      });
    }
    source.onopen = () => {
      this.attempt = 0;
      this.hooks.onUp(this.lost);
      this.lost = false;
    };
    source.onerror = () => {
      this.lost = true;
      this.hooks.onLost();
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      setTimeout(() => {
        if (this.source === source && this.hooks.wanted()) this.connect();
      }, backoff(this.attempt++));
    };
  }
}
