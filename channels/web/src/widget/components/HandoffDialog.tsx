/** Before a person comes in: what will be passed on, which the relative may change. */
import { useEffect, useState } from 'preact/hooks';
import { dateTimeText } from '../../shared/dates';
import { Dialog } from '../../shared/components/Dialog';
import type { Municipality } from '../../shared/types';
import { askForHuman, handoffDraft } from '../api';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';

interface Props {
  talk: Talk;
  municipality: Municipality;
  onClose: () => void;
}

export function HandoffDialog({ talk, municipality, onClose }: Props) {
  const [summary, setSummary] = useState('');
  const [loading, setLoading] = useState(true);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const session = talk.session.value;
  const opening = dateTimeText(municipality.next_opening, i18n.language.value);

  useEffect(() => {
    if (!session) return;
    handoffDraft(session)
      .then((draft) => setSummary((written) => written || (draft.summary ?? '')))
      .catch(() => undefined)
      .finally(() => setLoading(false));
  }, []);

  const send = async (event: Event) => {
    event.preventDefault();
    if (!session || busy) return;
    setBusy(true);
    setFailed(false);
    try {
      await askForHuman(session, summary.trim() || undefined);
      if (talk.state.value.state === 'bot') talk.notice.value = 'handoff.sent';
      onClose();
    } catch {
      setFailed(true);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('handoff.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void send(event)}>
        <p>{t('handoff.explain', { municipality: municipality.name })}</p>
        {municipality.open_now === false && (
          <p class="note warn">{opening ? t('handoff.closed_until', { opening }) : t('handoff.closed')}</p>
        )}
        <div class="field">
          <label for="handoff-summary">{t('handoff.summary')}</label>
          <textarea
            id="handoff-summary"
            class="input"
            rows={6}
            dir="auto"
            maxLength={4000}
            aria-describedby="handoff-hint"
            aria-busy={loading}
            value={summary}
            onInput={(event) => setSummary(event.currentTarget.value)}
          />
          <p id="handoff-hint" class="hint">
            {t('handoff.hint')}
          </p>
        </div>
        <p role="alert" class={failed ? 'note bad' : ''}>
          {failed ? t('handoff.failed') : ''}
        </p>
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={loading || busy}>
            {t('handoff.send')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
