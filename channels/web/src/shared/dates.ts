/** Dates and times as the reader writes them, on Norwegian clocks. */
function format(at: string | null | undefined, language: string, options: Intl.DateTimeFormatOptions): string {
  if (!at) return '';
  const date = new Date(at.length === 10 ? `${at}T12:00:00Z` : at);
  if (Number.isNaN(date.getTime())) return '';
  const all = { timeZone: 'Europe/Oslo', calendar: 'gregory', ...options };
  try {
    return new Intl.DateTimeFormat(language, all).format(date);
  } catch {
    return new Intl.DateTimeFormat('nb', all).format(date);
  }
}

export function dateText(at: string | null | undefined, language: string): string {
  return format(at, language, { day: 'numeric', month: 'long', year: 'numeric' });
}

export function timeText(at: string | null | undefined, language: string): string {
  return format(at, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

export function dateTimeText(at: string | null | undefined, language: string): string {
  return format(at, language, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', weekday: 'short' });
}
