/** The open talks in a row: which one is in hand, which are out of sight, and what is unread there. */
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';
import { isCrisis } from '../people';
import { themeName } from '../themes';

export function TalkTabs({ desk }: { desk: Desk }) {
  const all = desk.tabs.all.value;
  if (all.length < 2) return null;
  return (
    <nav class="talk-tabs" aria-label={t('talk.open_ones')}>
      {all.map((talk, index) => {
        const detail = talk.detail.value;
        const unread = desk.unreadOf(talk.id);
        return (
          <button
            key={talk.id}
            type="button"
            class={desk.tabs.isShown(talk.id) ? 'tab shown' : 'tab'}
            aria-current={desk.tabs.current.value === talk ? 'true' : undefined}
            onClick={() => desk.open(talk.id)}
          >
            <span class="muted">{index + 1}</span>
            {detail && isCrisis(detail) && <span aria-hidden="true">⚠</span>}
            <span class="tab-name">{detail ? [themeName(detail.theme), nameOf(detail.language)].filter(Boolean).join(', ') : t('staff.loading')}</span>
            {unread > 0 && (
              <strong class="tag unread">
                {unread}
                <span class="visually-hidden"> {t('queue.unread', { n: unread })}</span>
              </strong>
            )}
          </button>
        );
      })}
    </nav>
  );
}
