/** One talk in the queue: how urgent, how long it has waited, what it is about. */
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { QueueItem } from '../api';
import type { Desk } from '../desk';
import { isCrisis, isMe, personName } from '../people';
import { themeName } from '../themes';

interface Props {
  desk: Desk;
  item: QueueItem;
  now: number;
  onOpen: () => void;
}

/** Minutes and seconds; hours before them when there are any. */
function waited(since: string | null, now: number): string {
  const seconds = since ? Math.max(0, Math.floor((now - Date.parse(since)) / 1000)) : 0;
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function QueueCard({ desk, item, now, onOpen }: Props) {
  const unread = isMe(item.claimed_by) ? desk.unreadOf(item.id) : 0;
  const open = desk.tabs.current.value?.id === item.id;
  const show = () => {
    desk.open(item.id);
    onOpen();
  };
  return (
    <li class={isCrisis(item) ? 'card crisis' : 'card'} aria-current={open ? 'true' : undefined}>
      {isCrisis(item) && (
        <p class="urgent">
          <span aria-hidden="true">⚠ </span>
          {t('queue.crisis')}
        </p>
      )}
      <p class="row">
        <span class="tag">{nameOf(item.language)}</span>
        {item.theme && <span class="tag">{themeName(item.theme)}</span>}
        {item.fits_me === false && !item.claimed_by && <span class="tag quiet-tag">{t('queue.fits_others')}</span>}
        {unread > 0 && <strong class="tag unread">{t('queue.unread', { n: unread })}</strong>}
      </p>
      {item.summary && (
        <p class="summary" dir="auto">
          {item.summary}
        </p>
      )}
      <p class="small muted">
        {item.state === 'waiting' && !item.claimed_by
          ? t('queue.waited', { time: waited(item.waiting_since, now) })
          : isMe(item.claimed_by)
            ? t('queue.yours')
            : t('queue.has', { name: item.claimed_by_name ?? personName(item.claimed_by) })}
      </p>
      <div class="row">
        {!item.claimed_by && (
          <button
            type="button"
            class={item.fits_me === false && !isCrisis(item) ? 'button' : 'button primary'}
            onClick={() => {
              onOpen();
              void desk.claim(item.id);
            }}
          >
            {t('queue.claim')}
          </button>
        )}
        <button type="button" class="button" onClick={show}>
          {t('queue.open')}
        </button>
      </div>
    </li>
  );
}
