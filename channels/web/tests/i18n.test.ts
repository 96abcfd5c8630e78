/** Texts: placeholders, fallback to bokmål, and only the chosen language loaded. */
import { describe, expect, it, vi } from 'vitest';
import { createI18n, fill, loadersFrom } from '../src/shared/i18n';
import { LANGUAGES, directionOf, isLanguage } from '../src/shared/languages';

describe('i18n', () => {
  it('fills placeholders and leaves unknown ones', () => {
    expect(fill('Plass {place} av {n}', { place: 2 })).toBe('Plass 2 av {n}');
  });

  it('takes the language from the file name', () => {
    expect(Object.keys(loadersFrom({ '../locales/chat/nb.json': 1, '/x/ar.json': 2 }))).toEqual(['nb', 'ar']);
  });

  it('loads only the chosen language', async () => {
    const nb = vi.fn(async () => ({ a: 'nb' }));
    const pl = vi.fn(async () => ({ a: 'pl' }));
    const i18n = createI18n({ nb, pl });
    await i18n.setLanguage('pl');
    expect(i18n.t('a')).toBe('pl');
    expect(nb).not.toHaveBeenCalled();
  });

  it('falls back to bokmål for a language without a catalogue', async () => {
    const i18n = createI18n({ nb: async () => ({ a: 'nb' }) });
    await i18n.setLanguage('ti');
    expect(i18n.t('a')).toBe('nb');
    expect(i18n.language.value).toBe('ti');
  });

  it('falls back to bokmål for a missing key', async () => {
    const i18n = createI18n({ nb: async () => ({ a: 'nb' }), pl: async () => ({ b: 'pl' }) });
    await i18n.setLanguage('pl');
    i18n.t('a');
    await vi.waitFor(() => expect(i18n.t('a')).toBe('nb'));
  });

  it('keeps the latest choice when catalogues come in the wrong order', async () => {
    let late: (texts: Record<string, string>) => void = () => undefined;
    const i18n = createI18n({ nb: () => new Promise((resolve) => (late = resolve)), en: async () => ({ a: 'en' }) });
    const first = i18n.setLanguage('nb');
    await i18n.setLanguage('en');
    late({ a: 'nb' });
    await first;
    expect(i18n.t('a')).toBe('en');
  });

  it('knows twelve languages and which run from right to left', () => {
    expect(LANGUAGES).toHaveLength(12);
    expect(LANGUAGES.filter(({ code }) => directionOf(code) === 'rtl').map(({ code }) => code)).toEqual(['ar', 'ur', 'fa']);
    expect(isLanguage('xx')).toBe(false);
  });
});
