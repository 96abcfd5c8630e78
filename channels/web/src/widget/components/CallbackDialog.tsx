/** The wish to be called, or to meet: how, when, in which language, how to reach one; told as done only when it is stored. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { LANGUAGE_OPTIONS, SelectField } from '../../shared/components/SelectField';
import { ApiError } from '../../shared/http';
import { newId } from '../../shared/ids';
import { askForCallback, KINDS, type Callback, type Kind } from '../callbacks';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import { CallbackShown } from './CallbackShown';
import { CodeShown } from './CodeShown';

const EMPTY = { phone: '', email: '', name: '', when: '', about: '' };
type Field = keyof typeof EMPTY;

export function CallbackDialog({ talk, onClose }: { talk: Talk; onClose: () => void }) {
  const [stored, setStored] = useState<(Callback & { code: string }) | null>(null);
  return (
    <Dialog title={t('callback.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      {stored ? (
        <div class="stack">
          <p>{t('callback.stored')}</p>
          <CodeShown code={stored.code} />
          <CallbackShown code={stored.code} callback={stored} onChanged={(next) => setStored({ ...stored, ...next })} />
        </div>
      ) : (
        <CallbackForm talk={talk} onStored={setStored} />
      )}
    </Dialog>
  );
}

function CallbackForm({ talk, onStored }: { talk: Talk; onStored: (stored: Callback & { code: string }) => void }) {
  const [id] = useState(newId);
  const [kind, setKind] = useState<Kind>('phone');
  const [values, setValues] = useState(EMPTY);
  const [language, setLanguage] = useState(i18n.language.value);
  const [interpreter, setInterpreter] = useState(false);
  const [agreed, setAgreed] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const wrong = (): string | null => {
    if (kind === 'phone' && !values.phone.trim()) return 'callback.phone_missing';
    if (!values.phone.trim() && !values.email.trim()) return 'callback.reach_missing';
    return agreed ? null : 'callback.agree_first';
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const problem = wrong();
    setSaid(problem);
    if (problem || busy) return;
    setBusy(true);
    const session = talk.session.value;
    const { when, about, ...reach } = values;
    const filled = Object.fromEntries(Object.entries(reach).filter(([, value]) => value.trim() !== ''));
    try {
      onStored(
        await askForCallback(
          { client_id: id, municipality: talk.municipality, kind, when, about, language, interpreter, ...(session ? { conversation_id: session.id } : {}), ...filled },
          session?.token,
        ),
      );
    } catch (error) {
      setSaid(error instanceof ApiError && error.status === 422 ? 'callback.check' : 'callback.failed');
      setBusy(false);
    }
  };
  const set = (name: Field) => (event: { currentTarget: { value: string } }) => setValues({ ...values, [name]: event.currentTarget.value });
  return (
    <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
      <p>{t('callback.explain')}</p>
      <fieldset class="plain-fieldset">
        <legend class="label">{t('callback.kind')}</legend>
        {KINDS.map((one) => (
          <label key={one} class="row check">
            <input type="radio" name="callback-kind" checked={kind === one} onChange={() => setKind(one)} />
            <span>{t(`callback.kind_${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="callback-phone">{t(kind === 'phone' ? 'callback.phone' : 'callback.phone_optional')}</label>
        <input id="callback-phone" class="input" type="tel" dir="ltr" autocomplete="tel" aria-describedby="callback-said" aria-invalid={said === 'callback.phone_missing'} value={values.phone} onInput={set('phone')} />
      </div>
      {kind !== 'phone' && (
        <div class="field">
          <label for="callback-email">{t('callback.email')}</label>
          <input id="callback-email" class="input" type="email" dir="ltr" autocomplete="email" value={values.email} onInput={set('email')} />
        </div>
      )}
      <div class="field">
        <label for="callback-when">{t('callback.when')}</label>
        <input id="callback-when" class="input" dir="auto" aria-describedby="callback-when-hint" value={values.when} onInput={set('when')} />
        <p id="callback-when-hint" class="hint">
          {t('callback.when_hint')}
        </p>
      </div>
      <SelectField id="callback-language" label={t('callback.language')} value={language} options={LANGUAGE_OPTIONS} onChange={setLanguage} languages />
      <label class="row check">
        <input type="checkbox" checked={interpreter} onChange={(event) => setInterpreter(event.currentTarget.checked)} />
        <span>{t('callback.interpreter')}</span>
      </label>
      <div class="field">
        <label for="callback-name">{t('callback.name')}</label>
        <input id="callback-name" class="input" dir="auto" autocomplete="name" value={values.name} onInput={set('name')} />
      </div>
      <div class="field">
        <label for="callback-about">{t('callback.about')}</label>
        <textarea id="callback-about" class="input" rows={3} dir="auto" maxLength={2000} value={values.about} onInput={set('about')} />
      </div>
      <label class="row check">
        <input type="checkbox" checked={agreed} aria-invalid={said === 'callback.agree_first'} onChange={(event) => setAgreed(event.currentTarget.checked)} />
        <span>{t('callback.agree')}</span>
      </label>
      <p id="callback-said" role="alert" class={said ? 'note bad' : 'visually-hidden'}>
        {said ? t(said) : ''}
      </p>
      <div class="row end">
        <button type="submit" class="button primary" disabled={busy}>
          {t('callback.submit')}
        </button>
      </div>
    </form>
  );
}
