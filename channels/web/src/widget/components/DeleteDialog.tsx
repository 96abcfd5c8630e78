/** Asks once before the talk is deleted for good. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { erase } from '../actions';
import { t } from '../i18n';
import type { Talk } from '../talk';

export function DeleteDialog({ talk, onClose }: { talk: Talk; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);

  const eraseIt = async () => {
    setBusy(true);
    try {
      await erase(talk);
      onClose();
    } catch {
      setFailed(true);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('delete.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <div class="stack">
        <p>{t('delete.explain')}</p>
        <p role="alert" class={failed ? 'note bad' : ''}>
          {failed ? t('delete.failed') : ''}
        </p>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.cancel')}
          </button>
          <button type="button" class="button danger" disabled={busy} onClick={() => void eraseIt()}>
            {t('delete.confirm')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
