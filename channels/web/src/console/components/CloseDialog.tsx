/** Ends a talk: how it went, and whether the robot takes over again. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { t } from '../../shared/staff/i18n';
import { OUTCOMES } from '../api';
import type { Desk } from '../desk';

export function CloseDialog({ desk, id, onClose }: { desk: Desk; id: string; onClose: () => void }) {
  const [outcome, setOutcome] = useState<string>(OUTCOMES[0]);
  const [backToBot, setBackToBot] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    onClose();
    await desk.close(id, outcome, backToBot);
  };
  return (
    <Dialog title={t('close.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for="close-outcome">{t('close.outcome')}</label>
          <select id="close-outcome" class="input" value={outcome} onChange={(event) => setOutcome(event.currentTarget.value)}>
            {OUTCOMES.map((one) => (
              <option key={one} value={one}>
                {t(`close.${one}`)}
              </option>
            ))}
          </select>
        </div>
        <label class="row check">
          <input type="checkbox" checked={backToBot} onChange={(event) => setBackToBot(event.currentTarget.checked)} />
          <span>{t('close.back_to_bot')}</span>
        </label>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class="button primary">
            {t('close.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
