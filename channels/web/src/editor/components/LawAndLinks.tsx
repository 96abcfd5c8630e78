/** What the article leans on: law, with the date when it was checked, and links. */
import { dateText } from '../../shared/dates';
import { safeUrl } from '../../shared/links';
import { i18n, t } from '../../shared/staff/i18n';
import type { FullArticle } from '../api';

export function LawAndLinks({ article }: { article: FullArticle }) {
  const rows = [
    ...(article.law ?? []).map(({ ref, url, checked_on }) => ({ name: ref, url, checked: checked_on })),
    ...(article.links ?? []).map(({ title, url }) => ({ name: title, url, checked: null })),
  ];
  if (rows.length === 0) return null;
  return (
    <section class="stack">
      <h3>{t('article.law')}</h3>
      <ul>
        {rows.map(({ name, url, checked }) => (
          <li key={`${name}${url}`}>
            {safeUrl(url) ? (
              <a href={url} target="_blank" rel="noopener noreferrer">
                {name}
              </a>
            ) : (
              name
            )}
            {checked && <span class="muted">, {t('article.checked', { date: dateText(checked, i18n.language.value) })}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
