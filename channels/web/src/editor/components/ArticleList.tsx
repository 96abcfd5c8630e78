/** All articles, with a search field and filters. */
import { useEffect, useState } from 'preact/hooks';
import { LANGUAGE_OPTIONS, SelectField } from '../../shared/components/SelectField';
import { dateText } from '../../shared/dates';
import { i18n, t } from '../../shared/staff/i18n';
import { fetchList, type ListItem } from '../api';
import { Editions } from './Editions';

function overdue(item: ListItem): boolean {
  return item.review_by !== null && item.review_by < new Date().toISOString().slice(0, 10);
}

export function ArticleList({ municipality }: { municipality: string }) {
  const [items, setItems] = useState<ListItem[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [wanted, setWanted] = useState('');
  const [status, setStatus] = useState('');
  const [missing, setMissing] = useState('');
  const [stale, setStale] = useState(false);
  useEffect(() => {
    fetchList()
      .then(setItems)
      .catch(() => setFailed(true));
  }, []);

  const needle = wanted.trim().toLowerCase();
  const statuses = [...new Set(items?.map((item) => item.status))].sort();
  const shown = (items ?? []).filter(
    (item) =>
      `${item.title} ${item.article_id} ${item.theme ?? ''}`.toLowerCase().includes(needle) &&
      (!status || item.status === status) &&
      (!missing || !item.languages.some(({ language }) => language === missing)) &&
      (!stale || item.languages.some((edition) => edition.stale)),
  );

  return (
    <section class="stack" aria-labelledby="list-heading">
      <h2 id="list-heading">{t('list.heading')}</h2>
      <div class="filters">
        <div class="field">
          <label for="list-search">{t('list.search')}</label>
          <input id="list-search" class="input" type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </div>
        <SelectField id="list-status" label={t('list.status')} value={status} options={[['', t('list.any')], ...statuses.map((one) => [one, t(`status.${one}`) || one] as const)]} onChange={setStatus} />
        <SelectField id="list-missing" label={t('list.missing')} value={missing} options={[['', '–'], ...LANGUAGE_OPTIONS]} onChange={setMissing} languages />
        <label class="row check">
          <input type="checkbox" checked={stale} onChange={(event) => setStale(event.currentTarget.checked)} />
          <span>{t('list.stale')}</span>
        </label>
      </div>
      {failed && (
        <p role="alert" class="note bad">
          {t('list.failed')}
        </p>
      )}
      <p role="status" class="muted">
        {items ? t('list.count', { n: shown.length }) : failed ? '' : t('staff.loading')}
      </p>
      <ul class="plain-list">
        {shown.map((item) => (
          <li key={`${item.scope}/${item.article_id}`} class="list-item">
            <a href={`#${encodeURIComponent(item.article_id)}`}>{item.title}</a>
            <p class="row small">
              <span class="tag">{t(`status.${item.status}`) || item.status}</span>
              <span class="tag">{item.scope === 'national' ? t('list.national') : municipality}</span>
              {item.has_draft && <strong class="tag">{t('list.draft')}</strong>}
              {item.review_by && (
                <span>
                  {t('list.col_reviewed')} {dateText(item.review_by, i18n.language.value)}
                  {overdue(item) && <strong class="late"> ({t('list.overdue')})</strong>}
                </span>
              )}
            </p>
            <Editions editions={item.languages} />
          </li>
        ))}
      </ul>
    </section>
  );
}
