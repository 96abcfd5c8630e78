/** What the talks of a period were about, anonymised: counts only, and small ones not told. */
import { useEffect, useState } from 'preact/hooks';
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import { fetchStatistics, type Statistics as Counts } from '../otherApi';
import { themeName } from '../themes';
import { Bars } from './Bars';

const LABELS: Record<string, (key: string) => string> = {
  theme: (key) => themeName(key) || t('statistics.none'),
  outcome: (key) => t(`close.${key}`) || t('statistics.none'),
  language: (key) => nameOf(key),
  rating: (key) => key,
};
/** A day on Norwegian clocks, as a date field writes it. */
const daysAgo = (days: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' }).format(Date.now() - days * 86_400_000);

/** Each table of counts in the answer, by what it counts: "by_theme" or "theme". */
function tables(counts: Counts): Array<[string, Record<string, number | string>]> {
  return Object.entries(counts)
    .map(([name, value]) => [name.replace(/^by_/, ''), value] as const)
    .filter((pair): pair is [string, Record<string, number | string>] => pair[0] in LABELS && typeof pair[1] === 'object' && pair[1] !== null);
}

export function Statistics() {
  const [from, setFrom] = useState(() => daysAgo(90));
  const [to, setTo] = useState(() => daysAgo(0));
  const [counts, setCounts] = useState<Counts | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!from || !to) return;
    setFailed(false);
    fetchStatistics(from, to)
      .then(setCounts)
      .catch(() => setFailed(true));
  }, [from, to]);
  return (
    <section class="stack">
      <h2>{t('statistics.title')}</h2>
      <p class="small muted">{t('statistics.explain')}</p>
      <div class="filters">
        <div class="field">
          <label for="statistics-from">{t('history.from')}</label>
          <input id="statistics-from" class="input" type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="statistics-to">{t('history.to')}</label>
          <input id="statistics-to" class="input" type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </div>
      </div>
      <p role="status">{failed ? t('overview.failed') : counts && tables(counts).every(([, table]) => Object.keys(table).length === 0) ? t('statistics.nothing') : ''}</p>
      <div class="two-up">
        {counts && tables(counts).map(([name, table]) => <Bars key={name} title={t(`statistics.${name}`)} counts={table} label={LABELS[name] ?? String} />)}
      </div>
    </section>
  );
}
