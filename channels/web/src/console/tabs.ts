/** The talks that a counsellor has open: which are shown side by side, which one is in hand. */
import { computed, signal } from '@preact/signals';
import { readItem, writeItem } from '../shared/storage';
import { OpenTalk } from './openTalk';
import { filled, fitted, placed } from './places';

const KEY = 'naer.staff.open';

export class Tabs {
  /** In the order they were opened. */
  readonly all = signal<OpenTalk[]>([]);
  /** Ids, in their places from the start side. */
  readonly shown = signal<string[]>([]);
  readonly current = signal<OpenTalk | null>(null);
  readonly side = computed(() => this.shown.value.map((id) => this.get(id)).filter((talk) => talk !== undefined));
  /** Ids, the last used first. */
  private lately: string[] = [];
  private room = 1;

  get(id: string): OpenTalk | undefined {
    return this.all.value.find((talk) => talk.id === id);
  }

  /** The talks that were open before the page was loaded again. */
  restore(): void {
    for (const id of readItem<string[]>('session', KEY) ?? []) this.add(id);
  }

  /** Opens a talk without showing it over another one. */
  add(id: string): OpenTalk {
    let talk = this.get(id);
    if (!talk) {
      talk = new OpenTalk(id);
      this.all.value = [...this.all.value, talk];
      this.lately.push(id);
      if (this.shown.value.length < this.room) this.shown.value = [...this.shown.value, id];
      this.current.value ??= talk;
      this.keep();
    }
    return talk;
  }

  /** Opens a talk, shows it and takes it in hand. */
  show(id: string): OpenTalk {
    const known = this.get(id);
    if (known) void known.reload();
    const talk = known ?? this.add(id);
    this.shown.value = placed(this.shown.value, id, this.room, this.lately);
    this.takeInHand(talk);
    return talk;
  }

  takeInHand(talk: OpenTalk): void {
    this.lately = [talk.id, ...this.lately.filter((id) => id !== talk.id)];
    if (this.current.value !== talk) this.current.value = talk;
  }

  /** The talk so many steps further on, round the corner. */
  step(by: number): void {
    const all = this.all.value;
    if (all.length === 0) return;
    const index = all.findIndex((talk) => talk === this.current.value);
    const next = all[(index + by + all.length) % all.length];
    if (next) this.show(next.id);
  }

  /** How many fit side by side. */
  setRoom(room: number): void {
    if (room === this.room) return;
    this.room = room;
    const first = this.current.value ? [this.current.value.id, ...this.lately.filter((id) => id !== this.current.value?.id)] : this.lately;
    this.shown.value = filled(fitted(this.shown.value, room, first), room, first);
  }

  remove(id: string): void {
    this.get(id)?.stop();
    this.all.value = this.all.value.filter((talk) => talk.id !== id);
    this.lately = this.lately.filter((other) => other !== id);
    this.shown.value = filled(this.shown.value.filter((other) => other !== id), this.room, this.lately);
    if (this.current.value?.id === id) this.current.value = this.get(this.lately[0] ?? '') ?? null;
    if (this.current.value && !this.shown.value.includes(this.current.value.id)) this.show(this.current.value.id);
    this.keep();
  }

  isShown(id: string): boolean {
    return this.shown.value.includes(id);
  }

  stop(): void {
    for (const talk of this.all.value) talk.stop();
    this.all.value = [];
    this.shown.value = [];
    this.current.value = null;
    this.lately = [];
  }

  private keep(): void {
    writeItem('session', KEY, this.all.value.map((talk) => talk.id));
  }
}
