/** A silent notification from the browser when somebody waits; only for those who asked for it. */
import { signal } from '@preact/signals';
import { t } from '../shared/staff/i18n';
import { readItem, writeItem } from '../shared/storage';

const KEY = 'naer.staff.notify';
export const canNotify = 'Notification' in window;
export const notifying = signal(canNotify && Notification.permission === 'granted' && readItem<boolean>('local', KEY) === true);

export async function toggleNotify(): Promise<void> {
  if (!canNotify) return;
  const on = !notifying.value && (await Notification.requestPermission()) === 'granted';
  notifying.value = on;
  writeItem('local', KEY, on);
}

/** Says only that somebody waits; never what was written. */
export function notifyWaiting(): void {
  if (!notifying.value || !document.hidden) return;
  try {
    new Notification('Nær', { body: t('notify.waiting'), tag: 'naer-waiting', silent: true });
  } catch {
    /* some browsers allow it only from a service worker */
  }
}
