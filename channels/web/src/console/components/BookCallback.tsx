/** A counsellor writes up a call or a meeting for somebody. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { LANGUAGE_OPTIONS, SelectField } from '../../shared/components/SelectField';
import { ApiError } from '../../shared/http';
import { newId } from '../../shared/ids';
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
        <SelectField id="book-kind" label={t('callbacks.kind')} value={kind} options={CALLBACK_KINDS.map((one) => [one, t(`callbacks.kind_${one}`)] as const)} onChange={(one) => setKind(one as CallbackKind)} />
        {field('name')}
        {field('phone', 'tel')}
        {field('email', 'email')}
        {field('when')}
        <SelectField id="book-language" label={t('callbacks.language')} value={language} options={LANGUAGE_OPTIONS} onChange={setLanguage} languages />
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
