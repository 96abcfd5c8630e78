/** Who waits, what fits me first after a crisis; my own talks, and the talks that colleagues have. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../shared/staff/i18n';
import type { QueueItem } from '../api';
import type { Desk } from '../desk';
import { isCrisis } from '../people';
import { QueueCard } from './QueueCard';

export function QueueColumn({ desk, onOpen }: { desk: Desk; onOpen: () => void }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  // The server's order (crisis, then waiting time) is kept within each part.
  const first = (item: QueueItem) => isCrisis(item) || item.fits_me !== false;
  const waiting = [...desk.waiting.value.filter(first), ...desk.waiting.value.filter((item) => !first(item))];
  const groups: Array<[string, QueueItem[]]> = [
    ['waiting', waiting],
    ['mine', desk.mine.value],
    ['others', desk.others.value],
  ];
  return (
    <section class="column queue" aria-label={t('console.pane_queue')}>
      <p role="status" class="visually-hidden">
        {t('queue.count', { n: waiting.length })}
      </p>
      {groups.map(([name, items]) => (
        <div key={name} class="stack group">
          <h2>
            {t(`queue.${name}`)} ({items.length})
          </h2>
          {items.length === 0 ? (
            <p class="muted">{t(`queue.none_${name}`)}</p>
          ) : (
            <ul class="plain-list">
              {items.map((item) => (
                <QueueCard key={item.id} desk={desk} item={item} now={now} onOpen={onOpen} />
              ))}
            </ul>
          )}
        </div>
      ))}
    </section>
  );
}
