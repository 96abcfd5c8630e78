/** While one waits: change what was sent, be told by e-mail, get a code to come back with, be called instead. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { ApiError } from '../../shared/http';
import { fetchProspect, notifyBy } from '../api';
import { t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';

interface Props {
  talk: Talk;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

/** Whether this installation can send e-mail at all. */
function useCanNotify(talk: Talk): boolean {
  const [can, setCan] = useState(false);
  useEffect(() => {
    const session = talk.session.value;
    if (session)
      fetchProspect(session)
        .then(({ notify_available }) => setCan(notify_available === true))
        .catch(() => undefined);
  }, [talk]);
  return can;
}

export function WhileWaiting({ talk, onOpen, onClose }: Props) {
  const canNotify = useCanNotify(talk);
  const ways = [
    ['handoff', 'waiting.change'],
    ['code', 'resume.get'],
    ['callback', 'callback.open'],
  ] as const;
  return (
    <Dialog title={t('waiting.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <div class="stack">
        <p>{t('state.waiting_hint')}</p>
        {ways.map(([what, key]) => (
          <button key={what} type="button" class="button" onClick={() => onOpen({ what })}>
            {t(key)}
          </button>
        ))}
        {canNotify && <NotifyForm talk={talk} />}
      </div>
    </Dialog>
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
