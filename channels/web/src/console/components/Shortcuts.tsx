/** The list of keys, and the switch that turns single letters off. */
import { Dialog } from '../../shared/components/Dialog';
import { t } from '../../shared/staff/i18n';
import { letters } from '../prefs';
import { ACTIONS, KEYS } from '../shortcuts';

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('keys.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <div class="stack">
        <p>{t('keys.explain')}</p>
        <dl class="keys">
          {ACTIONS.map((action) => (
            <div key={action}>
              <dt>
                <kbd>{KEYS[action]}</kbd>
              </dt>
              <dd>{t(`keys.${action}`)}</dd>
            </div>
          ))}
          <div>
            <dt>
              <kbd>1</kbd>–<kbd>9</kbd>
            </dt>
            <dd>{t('keys.talk_number')}</dd>
          </div>
        </dl>
        <label class="row check">
          <input type="checkbox" checked={letters.value.value} onChange={(event) => letters.set(event.currentTarget.checked)} />
          <span>{t('keys.letters')}</span>
        </label>
      </div>
    </Dialog>
  );
}
