/** Who has seen what: the counsellor sees how far the relative has read, and the other way round. */
import { signal } from '@preact/signals';
import * as api from './api';

export class Seen {
  /** The counsellor has seen the messages up to this one. */
  readonly byCounsellor = signal(0);
  private session: api.Session | null = null;
  private said = 0;

  begin(session: api.Session): void {
    this.session = session;
    this.byCounsellor.value = 0;
    this.said = 0;
  }

  bySomebody({ by, seq }: { by?: string; seq: number }): void {
    if (by === 'counsellor') this.byCounsellor.value = Math.max(this.byCounsellor.value, seq);
  }

  /** Tells, once for each message, that it has been on the screen. */
  note(seq: number): void {
    if (!this.session || seq <= this.said || document.hidden) return;
    this.said = seq;
    api.sendSeen(this.session, seq).catch(() => undefined);
  }
}
