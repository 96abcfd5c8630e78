/** The talks that are over: searched by word, theme, outcome and date. Opening one is noted. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { SelectField, type Option } from '../../shared/components/SelectField';
import { dateTimeText } from '../../shared/dates';
import { nameOf } from '../../shared/languages';
import { i18n, t } from '../../shared/staff/i18n';
import { OUTCOMES } from '../api';
import { fetchHistory, type HistoryItem } from '../otherApi';
import { personName } from '../people';
import { TEAMS, themeName } from '../themes';

const NOTHING = { q: '', theme: '', outcome: '', from: '', to: '' };
type Filters = typeof NOTHING;

export function History({ onOpen }: { onOpen: (id: string) => void }) {
  const [filters, setFilters] = useState<Filters>(NOTHING);
  const [items, setItems] = useState<HistoryItem[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);

  const asked = useRef(0);
  const load = async (before: number | null) => {
    const mine = ++asked.current; // an answer that comes late, to a search before this one, is dropped
    setFailed(false);
    try {
      const found = await fetchHistory({ ...filters, before: before ? String(before) : '' });
      if (mine !== asked.current) return;
      setItems((known) => [...(before && known ? known : []), ...found.items]);
      setNext(found.next);
    } catch {
      if (mine === asked.current) setFailed(true);
    }
  };
  useEffect(() => void load(null), []);
  const change = (name: keyof Filters) => (event: { currentTarget: { value: string } }) => setFilters({ ...filters, [name]: event.currentTarget.value });
  const choice = (name: 'theme' | 'outcome', all: readonly Option[]) => (
    <SelectField
      id={`history-${name}`}
      label={t(`history.${name}`)}
      value={filters[name]}
      options={[['', t('history.all')], ...all]}
      onChange={(value) => setFilters({ ...filters, [name]: value })}
    />
  );
  return (
    <main class="page stack">
      <h2>{t('history.title')}</h2>
      <form
        class="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void load(null);
        }}
      >
        <div class="field wide">
          <label for="history-q">{t('history.q')}</label>
          <input id="history-q" class="input" type="search" value={filters.q} onInput={change('q')} />
        </div>
        {choice('theme', TEAMS.map((team) => [team, themeName(team)] as const))}
        {choice('outcome', OUTCOMES.map((one) => [one, t(`close.${one}`)] as const))}
        {(['from', 'to'] as const).map((name) => (
          <div key={name} class="field">
            <label for={`history-${name}`}>{t(`history.${name}`)}</label>
            <input id={`history-${name}`} class="input" type="date" value={filters[name]} onInput={change(name)} />
          </div>
        ))}
        <button type="submit" class="button primary">
          {t('history.search')}
        </button>
      </form>
      <p class="small muted">{t('history.noted')}</p>
      <p role="status">{failed ? t('history.failed') : items?.length === 0 ? t('history.none') : ''}</p>
      <ul class="plain-list">
        {items?.map((item) => (
          <li key={item.id} class="card history-item">
            <p class="row">
              <strong>{dateTimeText(item.closed_at, i18n.language.value)}</strong>
              <span class="tag">{nameOf(item.language)}</span>
              {item.theme && <span class="tag">{themeName(item.theme)}</span>}
              {item.outcome && <span class="tag">{t(`close.${item.outcome}`)}</span>}
              <span class="small muted">{personName(item.counsellor)}</span>
            </p>
            {item.summary && (
              <p class="summary" dir="auto">
                {item.summary}
              </p>
            )}
            <div class="row">
              <button type="button" class="button" onClick={() => onOpen(item.id)}>
                {t('queue.open')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {next && (
        <button type="button" class="button" onClick={() => void load(next)}>
          {t('history.more')}
        </button>
      )}
    </main>
  );
}
