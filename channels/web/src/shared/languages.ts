/** The twelve languages, in order, with their own names and their writing direction. */
export const LANGUAGES: ReadonlyArray<{ code: string; name: string }> = [
  { code: 'nb', name: 'Norsk bokmål' },
  { code: 'nn', name: 'Norsk nynorsk' },
  { code: 'en', name: 'English' },
  { code: 'pl', name: 'Polski' },
  { code: 'uk', name: 'Українська' },
  { code: 'ar', name: 'العربية' },
  { code: 'so', name: 'Soomaali' },
  { code: 'ur', name: 'اردو' },
  { code: 'fa', name: 'فارسی / دری' },
  { code: 'lt', name: 'Lietuvių' },
  { code: 'ti', name: 'ትግርኛ' },
  { code: 'tr', name: 'Türkçe' },
];

const RIGHT_TO_LEFT = new Set(['ar', 'ur', 'fa']);

export function isLanguage(code: string | null | undefined): code is string {
  return LANGUAGES.some((language) => language.code === code);
}

/** The original of a translated message, where the server gives the text and not just its language. */
export function originalText(translationOf: string | null | undefined): string | null {
  return translationOf && !isLanguage(translationOf) ? translationOf : null;
}

export function directionOf(code: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(code) ? 'rtl' : 'ltr';
}

export function nameOf(code: string): string {
  return LANGUAGES.find((language) => language.code === code)?.name ?? code;
}
