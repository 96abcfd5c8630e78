/** The talk in the middle: its messages, what one can do with it, and where one writes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';
import type { OpenTalk } from '../openTalk';
import { isMe, personName } from '../people';
import { themeName } from '../themes';
import { CloseDialog } from './CloseDialog';
import { StaffComposer } from './StaffComposer';
import { TalkMessage } from './TalkMessage';
import { TransferDialog } from './TransferDialog';

export function TalkColumn({ desk, talk }: { desk: Desk; talk: OpenTalk | null }) {
  if (!talk) {
    return (
      <section class="column talk-column" aria-label={t('console.pane_talk')}>
        <p class="muted">{t('talk.none')}</p>
      </section>
    );
  }
  return <OneTalk desk={desk} talk={talk} />;
}

function OneTalk({ desk, talk }: { desk: Desk; talk: OpenTalk }) {
  const [dialog, setDialog] = useState<null | 'close' | 'transfer'>(null);
  const box = useRef<HTMLDivElement>(null);
  const entries = talk.entries.value;
  const detail = talk.detail.value;
  const mine = isMe(detail?.claimed_by);

  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [entries.length, talk.typing.value, mine]);

  return (
    <section class="column talk-column" aria-label={t('console.pane_talk')}>
      <div class="row talk-head">
        <h2>{detail ? [nameOf(detail.language), themeName(detail.theme)].filter(Boolean).join(' · ') : t('staff.loading')}</h2>
        {mine ? (
          <>
            <button type="button" class="button" onClick={() => void desk.release(talk.id)}>
              {t('talk.release')}
            </button>
            <button type="button" class="button" onClick={() => setDialog('transfer')}>
              {t('talk.transfer')}
            </button>
            <button type="button" class="button" onClick={() => setDialog('close')}>
              {t('talk.close')}
            </button>
          </>
        ) : detail?.claimed_by ? (
          <p class="note">{t('queue.has', { name: personName(detail.claimed_by) })}</p>
        ) : (
          detail?.state === 'waiting' && (
            <button type="button" class="button primary" onClick={() => void desk.claim(talk.id)}>
              {t('queue.claim')}
            </button>
          )
        )}
      </div>
      {talk.failed.value && (
        <p class="note warn" role="alert">
          {t('talk.failed')}
        </p>
      )}
      <div class="talk-log" ref={box} tabIndex={0} role="log" aria-live="polite" aria-label={t('talk.log')}>
        {entries.map((entry) => (
          <TalkMessage key={entry.key} talk={talk} entry={entry} />
        ))}
        <p class="small muted" role="status">
          {talk.typing.value ? t('talk.typing') : ''}
        </p>
      </div>
      <StaffComposer talk={talk} enabled={mine} />
      {dialog === 'close' && <CloseDialog desk={desk} id={talk.id} onClose={() => setDialog(null)} />}
      {dialog === 'transfer' && <TransferDialog desk={desk} id={talk.id} onClose={() => setDialog(null)} />}
    </section>
  );
}
