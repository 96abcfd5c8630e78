/** Asks before unsaved changes are left behind. */
import { signal } from '@preact/signals';
import { t } from '../shared/staff/i18n';

export const unsaved = signal(false);

window.addEventListener('beforeunload', (event) => {
  if (unsaved.value) event.preventDefault();
});

export function mayLeave(): boolean {
  if (!unsaved.value) return true;
  const leave = window.confirm(t('article.unsaved'));
  if (leave) unsaved.value = false;
  return leave;
}
