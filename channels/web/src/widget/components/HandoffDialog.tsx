/** Before a person comes in: what will be passed on, part by part, to be changed, struck and agreed to. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import type { Municipality } from '../../shared/types';
import { askForHuman, fetchProspect, type Prospect } from '../api';
import { summaryOf, type Kept } from '../passedOn';
import { t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';
import { HandoffParts } from './HandoffParts';
import { Unattended } from './Unattended';

interface Props {
  talk: Talk;
  municipality: Municipality;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

export function HandoffDialog({ talk, municipality, onOpen, onClose }: Props) {
  const [prospect, setProspect] = useState<Prospect | null>(null);
  const [parts, setParts] = useState<Kept[]>([]);
  const [more, setMore] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [loading, setLoading] = useState(true);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<null | 'handoff.agree_first' | 'handoff.failed'>(null);
  const agree = useRef<HTMLInputElement>(null);
  const session = talk.session.value;
  const waiting = talk.state.value.state === 'waiting';

  useEffect(() => {
    if (!session) return;
    fetchProspect(session)
      .then((got) => {
        setProspect(got);
        // What was agreed to and edited before is shown as it stands.
        if (got.consented && got.summary) setMore(got.summary);
        setParts((got.proposal ?? []).map((part) => ({ ...part, kept: !got.consented })));
      })
      .catch(() => undefined)
      .finally(() => setLoading(false));
  }, []);

  const send = async (event: Event) => {
    event.preventDefault();
    if (!session || busy) return;
    if (!agreed) {
      setSaid('handoff.agree_first');
      agree.current?.focus();
      return;
    }
    setBusy(true);
    setSaid(null);
    try {
      await askForHuman(session, summaryOf(parts, more));
      talk.notice.value = waiting ? 'handoff.changed' : talk.state.value.state === 'bot' ? 'handoff.sent' : null;
      onClose();
    } catch {
      setSaid('handoff.failed');
      setBusy(false);
    }
  };

  return (
    <Dialog title={t(waiting ? 'handoff.change_title' : 'handoff.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void send(event)} noValidate>
        {prospect && !waiting && <Unattended talk={talk} prospect={prospect} onOpen={onOpen} onClose={onClose} />}
        <p>{t('handoff.explain', { municipality: municipality.name })}</p>
        <HandoffParts parts={parts} onChange={setParts} loading={loading} />
        <div class="field">
          <label for="handoff-more">{t('handoff.more')}</label>
          <textarea id="handoff-more" class="input" rows={3} dir="auto" maxLength={1500} aria-describedby="handoff-hint" value={more} onInput={(event) => setMore(event.currentTarget.value)} />
          <p id="handoff-hint" class="hint">
            {t('handoff.hint')}
          </p>
        </div>
        <p id="handoff-said" role="alert" class={said ? 'note bad' : 'visually-hidden'}>
          {said ? t(said) : ''}
        </p>
        <label class="row check">
          <input
            ref={agree}
            type="checkbox"
            checked={agreed}
            aria-invalid={said === 'handoff.agree_first'}
            aria-describedby="handoff-said"
            onChange={(event) => {
              setAgreed(event.currentTarget.checked);
              setSaid(null);
            }}
          />
          <span>{t('handoff.agree')}</span>
        </label>
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
