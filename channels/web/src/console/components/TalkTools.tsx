/** What can be done with a talk, as it stands and by whoever has it. */
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';
import type { OpenTalk } from '../openTalk';
import { isMe, personName } from '../people';
import type { TalkDialog } from '../useShortcuts';

interface Props {
  desk: Desk;
  talk: OpenTalk;
  onAsk: (dialog: TalkDialog) => void;
}

export function TalkTools({ desk, talk, onAsk }: Props) {
  const detail = talk.detail.value;
  if (!detail) return null;
  const ask = (dialog: TalkDialog) => {
    desk.tabs.takeInHand(talk);
    onAsk(dialog);
  };
  if (detail.state === 'human' && isMe(detail.claimed_by)) {
    return (
      <div class="row talk-tools">
        <button type="button" class="button" onClick={() => void desk.release(talk.id)}>
          {t('talk.release')}
        </button>
        <button type="button" class="button" onClick={() => ask('transfer')}>
          {t('talk.transfer')}
        </button>
        <button type="button" class="button" onClick={() => ask('close')}>
          {t('talk.close')}
        </button>
      </div>
    );
  }
  if (detail.state === 'human' && detail.claimed_by) {
    return <p class="note talk-tools">{t('queue.has', { name: detail.claimed_by_name ?? personName(detail.claimed_by) })}</p>;
  }
  if (detail.state === 'waiting') {
    return (
      <div class="row talk-tools">
        <button type="button" class="button primary" onClick={() => void desk.claim(talk.id)}>
          {t('queue.claim')}
        </button>
      </div>
    );
  }
  return (
    <div class="row talk-tools">
      <p class="small muted">{t(detail.state === 'closed' ? 'talk.is_closed' : 'talk.is_with_bot')}</p>
      {detail.state === 'closed' && (
        <button type="button" class="button" onClick={() => void desk.reopen(talk.id)}>
          {t('talk.reopen')}
        </button>
      )}
    </div>
  );
}
