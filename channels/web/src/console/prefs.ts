/** What a counsellor has chosen on this machine: sound, browser notices, single-letter shortcuts. */
import { signal } from '@preact/signals';
import { readItem, writeItem } from '../shared/storage';

function kept(key: string, otherwise: boolean) {
  const value = signal(readItem<boolean>('local', key) ?? otherwise);
  const set = (next: boolean) => {
    value.value = next;
    writeItem('local', key, next);
  };
  return { value, set };
}

export const sound = kept('naer.staff.sound', true);
export const letters = kept('naer.staff.letters', true);
const notices = kept('naer.staff.notify', false);

export const canNotify = 'Notification' in window;
export const notifying = signal(canNotify && Notification.permission === 'granted' && notices.value.value);

export async function setNotifying(on: boolean): Promise<void> {
  if (!canNotify) return;
  const allowed = on && (await Notification.requestPermission()) === 'granted';
  notifying.value = allowed;
  notices.set(allowed);
}
