/** Who waits, my own talks, and the talks that colleagues have. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../shared/staff/i18n';
import type { QueueItem } from '../api';
import type { Desk } from '../desk';
import { QueueCard } from './QueueCard';

export function QueueColumn({ desk, onOpen }: { desk: Desk; onOpen: () => void }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const groups: Array<[string, QueueItem[]]> = [
    ['waiting', desk.waiting.value],
    ['mine', desk.mine.value],
    ['others', desk.others.value],
  ];
  return (
    <section class="column queue" aria-label={t('console.pane_queue')}>
      <p role="status" class="visually-hidden">
        {t('queue.count', { n: desk.waiting.value.length })}
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
