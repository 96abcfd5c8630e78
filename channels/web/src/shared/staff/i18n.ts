/** The texts of the staff's pages (login, console, editor). */
import { createI18n, loadersFrom } from '../i18n';
import { isLanguage } from '../languages';
import { readItem, writeItem } from '../storage';

const KEY = 'naer.staff.language';

export const i18n = createI18n(
  loadersFrom(import.meta.glob('../../../../../core/locales/staff/*.json', { import: 'default' })),
);
export const t = i18n.t;

export async function startLanguage(): Promise<void> {
  const stored = readItem<string>('local', KEY);
  await i18n.setLanguage(isLanguage(stored) ? stored : 'nb');
}

export function chooseLanguage(code: string): void {
  writeItem('local', KEY, code);
  void i18n.setLanguage(code);
}
