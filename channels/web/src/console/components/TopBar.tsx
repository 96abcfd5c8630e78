/** The console's top: who is in, presence, notifications, language, out. */
import { useEffect, useState } from 'preact/hooks';
import { logout, me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { StaffLanguage } from '../../shared/staff/StaffLanguage';
import { setPresence, type Presence } from '../api';
import type { Desk } from '../desk';
import { canNotify, notifying, toggleNotify } from '../notify';

const STATUSES: readonly Presence[] = ['available', 'busy', 'away'];

export function TopBar({ desk }: { desk: Desk }) {
  const [status, setStatus] = useState<Presence>('available');
  const [failed, setFailed] = useState(false);
  const choose = (next: Presence) => {
    setStatus(next);
    setFailed(false);
    setPresence(next).catch(() => setFailed(true));
  };
  useEffect(() => choose('available'), []);
  const leave = async () => {
    await setPresence('away').catch(() => undefined);
    await logout();
  };

  return (
    <>
      <header class="top">
        <h1>{t('console.title')}</h1>
        <span>{me.value?.name}</span>
        <label class="row">
          <span class="top-label">{t('presence.label')}</span>
          <select class="input" value={status} onChange={(event) => choose(event.currentTarget.value as Presence)}>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {t(`presence.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {canNotify && (
          <button type="button" class="button" aria-pressed={notifying.value} onClick={() => void toggleNotify()}>
            {t('notify.button')}
          </button>
        )}
        <StaffLanguage />
        <button type="button" class="button" onClick={() => void leave()}>
          {t('staff.logout')}
        </button>
      </header>
      <div class="console-notices" role="status">
        {desk.lost.value && <p class="note warn">{t('staff.connection_lost')}</p>}
        {failed && <p class="note bad">{t('presence.failed')}</p>}
        {desk.notice.value && (
          <p class="note row">
            <span>{desk.notice.value}</span>
            <button type="button" class="button quiet" onClick={() => (desk.notice.value = null)}>
              {t('dialog.close')}
            </button>
          </p>
        )}
      </div>
    </>
  );
}
