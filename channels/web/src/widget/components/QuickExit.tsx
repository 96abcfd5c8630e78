/** Leaves the page at once and forgets the talk on this device. */
import { leaveQuickly } from '../host';
import { t } from '../i18n';
import { forgetEverything } from '../remember';
import type { Talk } from '../talk';

export function QuickExit({ talk }: { talk: Talk }) {
  const leave = () => {
    talk.leave();
    forgetEverything();
    leaveQuickly();
  };
  return (
    <button type="button" class="button danger" onClick={leave}>
      {t('crisis.quick_exit')}
    </button>
  );
}
