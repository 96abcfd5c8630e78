/** Tells that somebody waits, by sound and by the browser, and again until someone has taken the talk. */
import { t } from '../shared/staff/i18n';
import { notifying, sound } from './prefs';

/** Milliseconds between two reminders. */
export const AGAIN = 60_000;
export const AGAIN_IN_A_CRISIS = 20_000;

let audio: AudioContext | null = null;

/** Two soft tones; three, and higher, where it may be a crisis. */
export function ring(crisis: boolean): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    const tones = crisis ? [880, 660, 880] : [523, 659];
    tones.forEach((pitch, index) => tone(audio as AudioContext, pitch, index * 0.22));
  } catch {
    /* no sound on this machine */
  }
}

function tone(context: AudioContext, pitch: number, after: number): void {
  const begin = context.currentTime + after;
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(0.18, begin + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.2);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + 0.22);
}

/** Says only that somebody waits; never what was written. */
function notice(crisis: boolean): void {
  if (!notifying.value || !document.hidden) return;
  try {
    const options = { body: t(crisis ? 'notify.crisis' : 'notify.waiting'), tag: 'naer-waiting', renotify: true, silent: true };
    const shown = new Notification('Nær', options);
    shown.onclick = () => window.focus();
  } catch {
    /* some browsers allow it only from a service worker */
  }
}

/** A talk that waits for somebody like me. */
export interface Waiting {
  id: string;
  crisis: boolean;
}

export class Alarm {
  private known = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (crisis: boolean) => void = tellAll) {}

  /** What waits now: a new one is told at once, the others again after a while, a crisis sooner. */
  update(waiting: readonly Waiting[]): void {
    const fresh = waiting.some(({ id, crisis }) => !this.known.has(key(id, crisis)));
    this.known = new Set(waiting.map(({ id, crisis }) => key(id, crisis)));
    if (waiting.length === 0) this.stop();
    else if (fresh) this.sound(waiting);
    this.latest = waiting;
  }

  private latest: readonly Waiting[] = [];

  private sound(waiting: readonly Waiting[]): void {
    const crisis = waiting.some((one) => one.crisis);
    this.tell(crisis);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.latest.length > 0 && this.sound(this.latest), crisis ? AGAIN_IN_A_CRISIS : AGAIN);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.known.clear();
    this.latest = [];
  }
}

const key = (id: string, crisis: boolean) => `${id}${crisis ? '!' : ''}`;

function tellAll(crisis: boolean): void {
  if (sound.value.value) ring(crisis);
  notice(crisis);
}
