/** The catalogues: every text that the code asks for is there, with the same placeholders in each language. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../src');
const LOCALES = join(import.meta.dirname, '../../../core/locales');
const FACES: Record<string, string[]> = {
  chat: ['widget', 'demo'],
  staff: ['console', 'editor', 'shared/staff'],
};

const read = (catalogue: string, language: string) =>
  JSON.parse(readFileSync(join(LOCALES, catalogue, `${language}.json`), 'utf8')) as Record<string, string>;

/** Keys written out in full, t('a.b') or a literal 'a.b' kept for later; and beginnings, t(`a.${x}`). */
function keysIn(folder: string, prefixes: Set<string>) {
  const whole = new Set<string>();
  const begun = new Set<string>();
  for (const file of readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file)) continue;
    const text = readFileSync(join(SOURCE, folder, file), 'utf8');
    for (const [, key] of text.matchAll(/'([a-z]+\.[a-z_]+)'/g)) if (key && prefixes.has(key.split('.')[0] ?? '')) whole.add(key);
    for (const [, start] of text.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)) if (start && prefixes.has(start.split('.')[0] ?? '')) begun.add(start);
  }
  return { whole, begun };
}

/** Texts of the server's own notices by e-mail lie in the staff's catalogue too. */
const OF_THE_SERVER = /^notice\./;

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe.each(Object.keys(FACES))('catalogue %s', (catalogue) => {
  const nb = read(catalogue, 'nb');
  const prefixes = new Set(Object.keys(nb).map((key) => key.split('.')[0] ?? ''));
  const used = (FACES[catalogue] ?? []).map((folder) => keysIn(folder, prefixes));

  it('has every key that the code uses', () => {
    // "naer.talk" and its like are names in the browser's storage, not texts.
    const asked = used.flatMap(({ whole }) => [...whole]);
    expect(asked.filter((key) => !(key in nb) && !/\.(json|css|ts|no)$/.test(key))).toEqual([]);
  });

  it('has no key that nobody uses', () => {
    const asked = new Set(used.flatMap(({ whole }) => [...whole]));
    const begun = used.flatMap(({ begun: starts }) => [...starts]);
    expect(Object.keys(nb).filter((key) => !OF_THE_SERVER.test(key) && !asked.has(key) && !begun.some((start) => key.startsWith(start)))).toEqual([]);
  });

  it.each(['nn', 'en'])('is whole in %s, with the same placeholders', (language) => {
    const other = read(catalogue, language);
    expect(Object.keys(other)).toEqual(Object.keys(nb));
    for (const [key, text] of Object.entries(other)) expect([key, placeholders(text)]).toEqual([key, placeholders(nb[key] ?? '')]);
  });
});
