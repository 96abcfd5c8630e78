/** In which languages an article exists, and which of them need a look. */
import { t } from '../../shared/staff/i18n';
import type { Edition } from '../api';

const names = (editions: Edition[]) => editions.map(({ language }) => language).join(', ');

export function Editions({ editions }: { editions: Edition[] }) {
  const groups: Array<[string, Edition[]]> = [
    [t('list.col_languages'), editions.filter(({ approved, stale }) => approved && !stale)],
    [t('list.unapproved_mark'), editions.filter(({ approved }) => !approved)],
    [t('list.stale_mark'), editions.filter(({ stale }) => stale)],
  ];
  return (
    <p class="small muted editions">
      {groups.map(
        ([label, some]) =>
          some.length > 0 && (
            <span key={label}>
              {label}: {names(some)}
            </span>
          ),
      )}
    </p>
  );
}
