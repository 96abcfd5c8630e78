/** Earlier editions of an article, and the way back to them. */
import { dateTimeText } from '../../shared/dates';
import { i18n, t } from '../../shared/staff/i18n';
import type { FullArticle } from '../api';

export function Revisions({ article, onRevert }: { article: FullArticle; onRevert: (revision: number) => void }) {
  const ask = (n: number) => {
    if (window.confirm(t('revisions.confirm', { n }))) onRevert(n);
  };
  return (
    <section class="stack">
      <h3>{t('revisions.title')}</h3>
      <ul class="plain-list">
        {article.revisions.map(({ revision, at, author, note }) => (
          <li key={revision} class="row list-item">
            <span>
              <strong>{t('revisions.number', { n: revision })}</strong>
              {', '}
              {[dateTimeText(at, i18n.language.value), author, note].filter(Boolean).join(', ')}
            </span>
            {revision === article.revision ? (
              <span class="tag">{t('revisions.current')}</span>
            ) : (
              <button type="button" class="button" onClick={() => ask(revision)}>
                {t('revisions.revert')}
                <span class="visually-hidden">: {t('revisions.number', { n: revision })}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
