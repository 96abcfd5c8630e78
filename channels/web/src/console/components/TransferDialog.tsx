/** Hands a talk to a colleague, or to a team through the queue, with a note that only staff see. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { fetchColleagues, type Colleague } from '../api';
import type { Desk } from '../desk';
import { TEAMS, themeName } from '../themes';

export function TransferDialog({ desk, id, onClose }: { desk: Desk; id: string; onClose: () => void }) {
  const [colleagues, setColleagues] = useState<Colleague[] | null>(null);
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  useEffect(() => {
    fetchColleagues()
      .then((all) => setColleagues(all.filter(({ email }) => email !== me.value?.email)))
      .catch(() => setColleagues([]));
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!to) return;
    onClose();
    await desk.transfer(id, to, note.trim());
  };
  const choice = (value: string, label: string) => (
    <label key={value} class="row check">
      <input type="radio" name="to" value={value} checked={to === value} onChange={() => setTo(value)} />
      <span>{label}</span>
    </label>
  );
  return (
    <Dialog title={t('transfer.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <fieldset class="plain-fieldset">
          <legend class="label">{t('transfer.colleagues')}</legend>
          {colleagues?.length === 0 && <p class="muted">{t('transfer.nobody')}</p>}
          {colleagues?.map(({ email, name, status }) => choice(email, `${name} (${t(`presence.${status}`) || status})`))}
        </fieldset>
        <fieldset class="plain-fieldset" aria-describedby="team-hint">
          <legend class="label">{t('transfer.teams')}</legend>
          <p id="team-hint" class="small muted">
            {t('transfer.teams_hint')}
          </p>
          {TEAMS.map((team) => choice(team, themeName(team)))}
        </fieldset>
        <div class="field">
          <label for="transfer-note">{t('transfer.note')}</label>
          <textarea id="transfer-note" class="input" rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </div>
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
