/** A wish to be called or met, as it stands; it can be cancelled. */
import { useState } from 'preact/hooks';
import { Facts } from '../../shared/components/Facts';
import { dateTimeText } from '../../shared/dates';
import { cancelCallback, type Callback } from '../callbacks';
import { i18n, t } from '../i18n';

interface Props {
  code: string;
  callback: Callback;
  onChanged: (callback: Callback) => void;
}

export function CallbackShown({ code, callback, onChanged }: Props) {
  const [failed, setFailed] = useState(false);
  const language = i18n.language.value;
  const when = Array.isArray(callback.when) ? callback.when.map(({ from, to }) => `${dateTimeText(from, language)} – ${dateTimeText(to, language)}`).join('; ') : callback.when;
  const facts: Array<[string, string | null | undefined]> = [
    [t('callback.time'), when],
    [t('callback.reach'), [callback.phone, callback.email].filter(Boolean).join(', ')],
    [t('callback.appointment'), callback.appointment ? [dateTimeText(callback.appointment, language), callback.place].filter(Boolean).join(', ') : ''],
    [t('callback.counsellor'), callback.counsellor],
  ];
  const cancel = () => {
    setFailed(false);
    cancelCallback(code)
      .then(onChanged)
      .catch(() => setFailed(true));
  };
  return (
    <div class="stack">
      <p class="note" role="status">
        <strong>{t(`callback.is_${callback.status}`)}</strong>
      </p>
      {callback.status !== 'cancelled' && (
        <p>
          <strong>{t(`callback.kind_${callback.kind}`)}</strong>
        </p>
      )}
      {callback.status !== 'cancelled' && <Facts facts={facts} />}
      {(callback.status === 'new' || callback.status === 'taken') && (
        <div class="row">
          <button type="button" class="button danger" onClick={cancel}>
            {t('callback.cancel')}
          </button>
        </div>
      )}
      <p role="alert" class={failed ? 'note bad' : 'visually-hidden'}>
        {failed ? t('callback.failed') : ''}
      </p>
    </div>
  );
}
