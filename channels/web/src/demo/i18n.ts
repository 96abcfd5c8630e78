/** The demo page's texts, from the relatives' catalogue. */
import { createI18n, loadersFrom } from '../shared/i18n';

export const i18n = createI18n(
  loadersFrom(import.meta.glob('../../../../core/locales/chat/*.json', { import: 'default' })),
);
export const t = i18n.t;
