/** Texts in the reader's language: loads one catalogue at a time and falls back to bokmål. */
import { signal } from '@preact/signals';
import { directionOf } from './languages';

export type Messages = Record<string, string>;
export type Loader = () => Promise<Messages>;
export type Params = Record<string, string | number>;

const FALLBACK = 'nb';

/** Puts the values into the {placeholders} of a text. */
export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** Turns the paths that import.meta.glob gives (".../nb.json") into loaders by language. */
export function loadersFrom(files: Record<string, unknown>): Record<string, Loader> {
  return Object.fromEntries(
    Object.entries(files).map(([path, load]) => [/([^/]+)\.json$/.exec(path)?.[1] ?? path, load as Loader]),
  );
}

export function createI18n(loaders: Record<string, Loader>) {
  const language = signal(FALLBACK);
  const messages = signal<Messages>({});
  const fallback = signal<Messages>({});
  let asked = '';
  let fallbackAsked = false;

  async function load(code: string): Promise<Messages> {
    return (await loaders[code]?.().catch(() => ({}) as Messages)) ?? {};
  }

  function needFallback(): void {
    if (fallbackAsked) return;
    fallbackAsked = true;
    void load(FALLBACK).then((texts) => (fallback.value = texts));
  }

  async function setLanguage(code: string): Promise<void> {
    asked = code;
    const texts = await load(code);
    if (asked !== code) return;
    if (Object.keys(texts).length === 0 && code !== FALLBACK) fallback.value = await load(FALLBACK);
    messages.value = texts;
    language.value = code;
    if (typeof document !== 'undefined') {
      document.documentElement.lang = code;
      document.documentElement.dir = directionOf(code);
    }
  }

  function t(key: string, params?: Params): string {
    const text = messages.value[key] ?? fallback.value[key];
    if (text === undefined) {
      if (Object.keys(messages.value).length > 0 && language.value !== FALLBACK) needFallback();
      return '';
    }
    return fill(text, params);
  }

  return { language, t, setLanguage };
}

export type I18n = ReturnType<typeof createI18n>;
