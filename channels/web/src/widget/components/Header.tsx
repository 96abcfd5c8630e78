/** The top: whose chat this is, that it is a robot, the language, a person, and the rest behind one button. */
import type { Municipality } from '../../shared/types';
import { leaveQueue } from '../api';
import { closePanel, embedded } from '../host';
import { t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';
import { LanguageMenu } from './LanguageMenu';
import { MoreMenu } from './MoreMenu';
import { QuickExit } from './QuickExit';

interface Props {
  talk: Talk;
  municipality: Municipality;
  title: string;
  onOpen: (open: Open) => void;
}

export function Header({ talk, municipality, title, onOpen }: Props) {
  const state = talk.state.value.state;
  const ready = talk.session.value !== null;
  const withRobot = state === 'bot' || state === 'closed';
  const backToBot = () => {
    const session = talk.session.value;
    if (session) leaveQueue(session).catch(() => (talk.notice.value = 'handoff.failed'));
  };
  return (
    <header class="head">
      <div class="head-line">
        <div class="head-names">
          <h1 id="chat-title" tabIndex={-1}>
            {title}
          </h1>
          <LanguageMenu talk={talk} municipality={municipality} />
        </div>
        {embedded && (
          <button type="button" class="icon-button" aria-label={t('chat.close')} title={t('chat.close')} onClick={closePanel}>
            <span aria-hidden="true">✕</span>
          </button>
        )}
      </div>
      {withRobot && !talk.violence.value && <p class="small muted">{t('chat.robot')}</p>}
      <div class="head-tools">
        {state === 'waiting' && (
          <button type="button" class="button" onClick={backToBot}>
            {t('state.back_to_bot')}
          </button>
        )}
        {withRobot && (
          <button type="button" class="button primary" disabled={!ready} onClick={() => onOpen({ what: 'handoff' })}>
            {t('handoff.open')}
          </button>
        )}
        <MoreMenu talk={talk} onOpen={onOpen} />
        {talk.violence.value && <QuickExit talk={talk} />}
      </div>
    </header>
  );
}
