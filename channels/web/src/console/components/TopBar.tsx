/** The console's top: the views, presence, and one's own menu. */
import { useEffect, useState } from 'preact/hooks';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { setPresence, type Presence } from '../api';
import type { Desk } from '../desk';
import { VIEWS, type View } from '../shortcuts';
import { MyMenu } from './MyMenu';

const STATUSES: readonly Presence[] = ['available', 'busy', 'away'];

interface Props {
  /** Null for who only sees the overview. */
  desk: Desk | null;
  view: View;
  onHelp: (() => void) | null;
}

export function TopBar({ desk, view, onHelp }: Props) {
  return (
    <header class="top">
      <h1>{t('console.title')}</h1>
      {desk && (
        <nav class="views" aria-label={t('console.views')}>
          {VIEWS.map((name) => (
            <a key={name} class="tab" href={name === 'desk' ? '#' : `#${name}`} aria-current={view === name ? 'page' : undefined}>
              {t(`console.view_${name}`)}
            </a>
          ))}
        </nav>
      )}
      {desk && <PresenceMenu desk={desk} />}
      {onHelp && (
        <button type="button" class="icon-button" aria-label={t('keys.title')} title={t('keys.title')} onClick={onHelp}>
          <span aria-hidden="true">?</span>
        </button>
      )}
      <MyMenu desk={desk} />
    </header>
  );
}

function PresenceMenu({ desk }: { desk: Desk }) {
  const [failed, setFailed] = useState(false);
  const choose = (next: Presence) => {
    desk.status.value = next;
    desk.ringFor();
    setFailed(false);
    setPresence(next).catch(() => setFailed(true));
  };
  // A page that is loaded again keeps what was chosen; who comes in anew, or was counted out, is available.
  useEffect(() => choose(me.value?.presence === 'busy' ? 'busy' : 'available'), []);
  return (
    <>
      <label class="row">
        <span class="visually-hidden">{t('presence.label')}</span>
        <select class={`input presence ${desk.status.value}`} value={desk.status.value} onChange={(event) => choose(event.currentTarget.value as Presence)}>
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {t(`presence.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <span role="alert" class={failed ? 'note bad' : 'visually-hidden'}>
        {failed ? t('presence.failed') : ''}
      </span>
    </>
  );
}
