/** In which languages an article exists, and which of them need a look. */
import { t } from '../../shared/staff/i18n';
import type { Edition } from '../api';

export function Editions({ editions }: { editions: Edition[] }) {
  return (
    <p class="small muted">
      {t('list.col_languages')}:{' '}
      {editions.map((edition) => {
        const marks = [edition.stale && t('list.stale_mark'), !edition.approved && t('list.unapproved_mark')].filter(Boolean);
        return (
          <span key={edition.language} class="edition">
            {edition.language}
            {marks.length > 0 && ` (${marks.join(', ')})`}
          </span>
        );
      })}
    </p>
  );
}
