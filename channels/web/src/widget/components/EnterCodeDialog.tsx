/** Back to a talk, or to a wish to be called, by the code that was given for it. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { ApiError } from '../../shared/http';
import { resume } from '../actions';
import { seeCallback, type Callback } from '../callbacks';
import { t } from '../i18n';
import type { Talk } from '../talk';
import { CallbackShown } from './CallbackShown';

export function EnterCodeDialog({ talk, onClose }: { talk: Talk; onClose: () => void }) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [callback, setCallback] = useState<Callback | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    const written = code.trim();
    if (!written || busy) return;
    setBusy(true);
    setSaid(null);
    try {
      await resume(talk, written);
      return onClose();
    } catch (error) {
      if (!unknown(error)) setSaid(wordFor(error));
      else {
        await seeCallback(written)
          .then(setCallback)
          .catch((problem: unknown) => setSaid(wordFor(problem)));
      }
    }
    setBusy(false);
  };
  return (
    <Dialog title={t('enter.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      {callback ? (
        <CallbackShown code={code.trim()} callback={callback} onChanged={setCallback} />
      ) : (
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <div class="field">
            <label for="enter-code">{t('enter.label')}</label>
            <input id="enter-code" class="input code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck={false} maxLength={40} value={code} aria-describedby="enter-hint enter-said" onInput={(event) => setCode(event.currentTarget.value)} />
            <p id="enter-hint" class="hint">
              {t('enter.hint')}
            </p>
          </div>
          <p id="enter-said" role="alert" class={said ? 'note bad' : 'visually-hidden'}>
            {said ? t(said) : ''}
          </p>
          <div class="row end">
            <button type="submit" class="button primary" disabled={busy}>
              {t('enter.submit')}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const unknown = (error: unknown) => error instanceof ApiError && (error.status === 404 || error.status === 422);

function wordFor(error: unknown): string {
  if (unknown(error)) return 'enter.unknown';
  return error instanceof ApiError && error.status === 429 ? 'enter.too_many' : 'enter.failed';
}
