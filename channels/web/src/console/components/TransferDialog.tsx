/** Hands a talk to a colleague. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { fetchColleagues, type Colleague } from '../api';
import type { Desk } from '../desk';

export function TransferDialog({ desk, id, onClose }: { desk: Desk; id: string; onClose: () => void }) {
  const [colleagues, setColleagues] = useState<Colleague[] | null>(null);
  const [to, setTo] = useState('');
  useEffect(() => {
    fetchColleagues()
      .then((all) => setColleagues(all.filter(({ email }) => email !== me.value?.email)))
      .catch(() => setColleagues([]));
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!to) return;
    onClose();
    await desk.transfer(id, to);
  };
  return (
    <Dialog title={t('transfer.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {colleagues?.length === 0 && <p class="note">{t('transfer.nobody')}</p>}
        <fieldset class="plain-fieldset stack">
          <legend class="label">{t('transfer.to')}</legend>
          {colleagues?.map(({ email, name, status }) => (
            <label key={email} class="row check">
              <input type="radio" name="to" value={email} checked={to === email} onChange={() => setTo(email)} />
              <span>
                {name} ({t(`presence.${status}`) || status})
              </span>
            </label>
          ))}
        </fieldset>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={!to}>
            {t('transfer.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
