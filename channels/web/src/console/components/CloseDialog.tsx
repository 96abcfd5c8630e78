/** Ends a talk: how it went, what it was about, and whether the robot takes over again. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { SelectField } from '../../shared/components/SelectField';
import { t } from '../../shared/staff/i18n';
import { OUTCOMES } from '../api';
import type { Desk } from '../desk';
import type { OpenTalk } from '../openTalk';
import { TEAMS, themeName } from '../themes';

export function CloseDialog({ desk, talk, onClose }: { desk: Desk; talk: OpenTalk; onClose: () => void }) {
  const [outcome, setOutcome] = useState<string>(OUTCOMES[0]);
  const [theme, setTheme] = useState(talk.detail.value?.theme ?? '');
  const [backToBot, setBackToBot] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    onClose();
    await desk.close(talk.id, outcome, theme, backToBot);
  };
  return (
    <Dialog title={t('close.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <SelectField id="close-outcome" label={t('close.outcome')} value={outcome} options={OUTCOMES.map((one) => [one, t(`close.${one}`)] as const)} onChange={setOutcome} />
        <SelectField id="close-theme" label={t('close.theme')} value={theme} options={[['', t('close.no_theme')], ...TEAMS.map((one) => [one, themeName(one)] as const)]} onChange={setTheme} />
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
