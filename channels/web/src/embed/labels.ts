/** What the launcher says, in the twelve languages. */
export const LABELS: Record<string, string> = {
  nb: 'Snakk med oss',
  nn: 'Snakk med oss',
  en: 'Talk with us',
  pl: 'Porozmawiaj z nami',
  uk: 'Поговоріть з нами',
  ar: 'تحدث معنا',
  so: 'Nala hadal',
  ur: 'ہم سے بات کریں',
  fa: 'با ما صحبت کنید',
  lt: 'Pasikalbėkite su mumis',
  ti: 'ምሳና ተዛረቡ',
  tr: 'Bizimle konuşun',
};
