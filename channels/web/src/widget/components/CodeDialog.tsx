/** A code to come back to the talk with, from another day or another device. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { dateText } from '../../shared/dates';
import { newResumeCode } from '../api';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import { CodeShown } from './CodeShown';

export function CodeDialog({ talk, onClose }: { talk: Talk; onClose: () => void }) {
  const [made, setMade] = useState<{ code: string; valid_until: string | null } | null>(null);
  const [failed, setFailed] = useState(false);
  const make = () => {
    const session = talk.session.value;
    if (!session) return;
    setFailed(false);
    newResumeCode(session)
      .then(setMade)
      .catch(() => setFailed(true));
  };
  const until = dateText(made?.valid_until, i18n.language.value);
  return (
    <Dialog title={t('resume.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <div class="stack">
        <p>{t('resume.explain')}</p>
        {made ? (
          <>
            <CodeShown code={made.code} />
            {until && <p>{t('resume.until', { date: until })}</p>}
            <p class="note warn">{t('resume.secret')}</p>
          </>
        ) : (
          <button type="button" class="button primary" onClick={make}>
            {t('resume.make')}
          </button>
        )}
        <p role="alert" class={failed ? 'note bad' : 'visually-hidden'}>
          {failed ? t('resume.failed') : ''}
        </p>
      </div>
    </Dialog>
  );
}
