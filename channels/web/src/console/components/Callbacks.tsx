/** Calls and meetings that relatives have asked for: to take, to plan, to finish. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../shared/http';
import { t } from '../../shared/staff/i18n';
import type { Person } from '../api';
import type { Desk } from '../desk';
import { CALLBACK_STATUSES, fetchCallbacks, takeCallback, type Callback, type CallbackStatus } from '../otherApi';
import { ownerOf, personName } from '../people';
import { BookCallback } from './BookCallback';
import { CallbackCard } from './CallbackCard';

export function Callbacks({ desk }: { desk: Desk }) {
  const [status, setStatus] = useState<CallbackStatus>('new');
  const [items, setItems] = useState<Callback[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [booking, setBooking] = useState(false);
  const moved = desk.callbacksMoved.value;
  const asked = useRef(0);
  const load = useCallback(() => {
    const mine = ++asked.current; // an answer that comes late, to what is no longer shown, is dropped
    setFailed(false);
    fetchCallbacks(status)
      .then((found) => mine === asked.current && setItems(found))
      .catch(() => mine === asked.current && setFailed(true));
  }, [status]);
  useEffect(load, [load, moved]);

  const take = async (id: number) => {
    try {
      await takeCallback(id);
      desk.tell({ text: t('callbacks.taken_now') });
      setStatus('taken');
    } catch (error) {
      const owner: Person = error instanceof ApiError && error.status === 409 ? ownerOf(error.details) : null;
      desk.tell({ text: owner ? t('callbacks.taken_by', { name: personName(owner) }) : t('staff.failed') });
      load();
    }
  };
  return (
    <main class="page stack">
      <div class="row page-head">
        <h2>{t('callbacks.title')}</h2>
        <button type="button" class="button primary" onClick={() => setBooking(true)}>
          {t('callbacks.book')}
        </button>
      </div>
      <nav class="tabs" aria-label={t('callbacks.which')}>
        {CALLBACK_STATUSES.map((one) => (
          <button key={one} type="button" class="tab" aria-current={one === status ? 'true' : undefined} onClick={() => setStatus(one)}>
            {t(`callbacks.${one}`)}
          </button>
        ))}
      </nav>
      {failed && (
        <p role="alert" class="note bad">
          {t('callbacks.failed')}
        </p>
      )}
      {items?.length === 0 && <p class="muted">{t('callbacks.none')}</p>}
      <ul class="plain-list cards">
        {items?.map((item) => (
          <CallbackCard key={item.id} item={item} onTake={() => void take(item.id)} onChanged={load} />
        ))}
      </ul>
      {booking && (
        <BookCallback
          onClose={() => setBooking(false)}
          onBooked={() => {
            setBooking(false);
            desk.tell({ text: t('callbacks.booked') });
            load();
          }}
        />
      )}
    </main>
  );
}
