/** While one waits: change what was sent, be told by e-mail, get a code to come back with, be called instead. */
import { useState } from 'preact/hooks';
import { ApiError } from '../../shared/http';
import { notifyBy } from '../api';
import { t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';

export function WhileWaiting({ talk, onOpen }: { talk: Talk; onOpen: (open: Open) => void }) {
  return (
    <details class="while-waiting">
      <summary>{t('waiting.title')}</summary>
      <div class="stack">
        <p class="small">{t('state.waiting_hint')}</p>
        <div class="row">
          <button type="button" class="button" onClick={() => onOpen({ what: 'handoff' })}>
            {t('waiting.change')}
          </button>
          <button type="button" class="button" onClick={() => onOpen({ what: 'code' })}>
            {t('resume.get')}
          </button>
          <button type="button" class="button" onClick={() => onOpen({ what: 'callback' })}>
            {t('callback.open')}
          </button>
        </div>
        <NotifyForm talk={talk} />
      </div>
    </details>
  );
}

function NotifyForm({ talk }: { talk: Talk }) {
  const [email, setEmail] = useState('');
  const [said, setSaid] = useState<null | 'notify.done' | 'notify.wrong' | 'notify.failed'>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const session = talk.session.value;
    if (!session) return;
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) return setSaid('notify.wrong');
    try {
      await notifyBy(session, email.trim());
      setEmail('');
      setSaid('notify.done');
    } catch (error) {
      setSaid(error instanceof ApiError && error.status === 422 ? 'notify.wrong' : 'notify.failed');
    }
  };
  return (
    <form class="field" onSubmit={(event) => void submit(event)} noValidate>
      <label for="notify-email">{t('notify.label')}</label>
      <div class="row one-line">
        <input id="notify-email" class="input" type="email" dir="ltr" autocomplete="email" value={email} aria-invalid={said === 'notify.wrong'} aria-describedby="notify-hint notify-said" onInput={(event) => setEmail(event.currentTarget.value)} />
        <button type="submit" class="button">
          {t('notify.send')}
        </button>
      </div>
      <p id="notify-hint" class="hint">
        {t('notify.hint')}
      </p>
      <p id="notify-said" role="status" class={said && said !== 'notify.done' ? 'error' : ''}>
        {said ? t(said) : ''}
      </p>
    </form>
  );
}
