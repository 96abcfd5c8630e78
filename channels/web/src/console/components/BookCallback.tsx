/** A counsellor writes up a call or a meeting for somebody. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { ApiError } from '../../shared/http';
import { newId } from '../../shared/ids';
import { LANGUAGES } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import { bookCallback, CALLBACK_KINDS, type CallbackKind } from '../otherApi';

export function BookCallback({ onClose, onBooked }: { onClose: () => void; onBooked: () => void }) {
  const [id] = useState(newId);
  const [kind, setKind] = useState<CallbackKind>('phone');
  const [values, setValues] = useState({ name: '', phone: '', email: '', when: '', about: '' });
  const [language, setLanguage] = useState('nb');
  const [interpreter, setInterpreter] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''));
    if (kind === 'phone' && !values.phone.trim()) return setSaid('book.phone_missing');
    if (!values.phone.trim() && !values.email.trim()) return setSaid('book.reach');
    if (!values.when.trim()) return setSaid('book.when_missing');
    try {
      await bookCallback({ client_id: id, kind, language, interpreter, ...filled });
      onBooked();
    } catch (error) {
      setSaid(error instanceof ApiError && error.status === 422 ? 'book.check' : 'staff.failed');
    }
  };
  const field = (name: keyof typeof values, mode: 'text' | 'tel' | 'email' = 'text') => (
    <div class="field">
      <label for={`book-${name}`}>{t(`callbacks.${name}`)}</label>
      <input id={`book-${name}`} class="input" inputMode={mode} autocomplete="off" value={values[name]} onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })} />
    </div>
  );
  return (
    <Dialog title={t('callbacks.book')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
        <p>{t('book.explain')}</p>
        <div class="field">
          <label for="book-kind">{t('callbacks.kind')}</label>
          <select id="book-kind" class="input" value={kind} onChange={(event) => setKind(event.currentTarget.value as CallbackKind)}>
            {CALLBACK_KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`callbacks.kind_${one}`)}
              </option>
            ))}
          </select>
        </div>
        {field('name')}
        {field('phone', 'tel')}
        {field('email', 'email')}
        {field('when')}
        <div class="field">
          <label for="book-language">{t('callbacks.language')}</label>
          <select id="book-language" class="input" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {LANGUAGES.map(({ code, name }) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <label class="row check">
          <input type="checkbox" checked={interpreter} onChange={(event) => setInterpreter(event.currentTarget.checked)} />
          <span>{t('callbacks.interpreter')}</span>
        </label>
        {field('about')}
        <p role="alert" class={said ? 'note bad' : 'visually-hidden'}>
          {said ? t(said) : ''}
        </p>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class="button primary">
            {t('book.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
