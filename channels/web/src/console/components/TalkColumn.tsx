/** One open talk: its messages, what one can do with it, and where one writes. */
import { useEffect, useRef } from 'preact/hooks';
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';
import type { OpenTalk } from '../openTalk';
import { isMe } from '../people';
import { themeName } from '../themes';
import type { TalkDialog } from '../useShortcuts';
import { StaffComposer } from './StaffComposer';
import { TalkMessage } from './TalkMessage';
import { TalkTools } from './TalkTools';

interface Props {
  desk: Desk;
  talk: OpenTalk;
  onAsk: (dialog: TalkDialog) => void;
}

/** What is on the screen of whoever has the talk has been seen. */
function useSeen(talk: OpenTalk, mine: boolean, count: number): void {
  useEffect(() => {
    const look = () => {
      if (mine && !document.hidden) talk.noteSeen();
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [talk, mine, count]);
}

export function TalkColumn({ desk, talk, onAsk }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const entries = talk.entries.value;
  const detail = talk.detail.value;
  const mine = detail?.state === 'human' && isMe(detail.claimed_by);
  const current = desk.tabs.current.value === talk;
  useSeen(talk, mine, entries.length);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [entries.length, talk.typing.value, mine]);

  const name = detail ? [themeName(detail.theme), nameOf(detail.language)].filter(Boolean).join(' · ') : t('staff.loading');
  const lastOwn = entries.findLast(({ message }) => message?.sender === 'counsellor')?.message?.seq ?? 0;
  const trace = new Map((detail?.trace ?? []).map((one) => [one.seq, one]));
  return (
    <section class="talk-column" aria-label={`${t('console.pane_talk')}: ${name}`} data-current={current ? '' : undefined} onFocusCapture={() => desk.tabs.takeInHand(talk)} onPointerDown={() => desk.tabs.takeInHand(talk)}>
      <div class="row talk-head">
        <h2>{name}</h2>
        <button type="button" class="icon-button" aria-label={t('talk.put_away')} title={t('talk.put_away')} onClick={() => desk.tabs.remove(talk.id)}>
          <span aria-hidden="true">✕</span>
        </button>
        <TalkTools desk={desk} talk={talk} onAsk={onAsk} />
      </div>
      {talk.failed.value && (
        <p class="note warn" role="alert">
          {t('talk.failed')}
        </p>
      )}
      <div class="talk-log" ref={box} tabIndex={0} role="log" aria-live="polite" aria-label={`${t('talk.log')}: ${name}`}>
        {entries.map((entry) => (
          <TalkMessage key={entry.key} talk={talk} entry={entry} trace={trace.get(entry.message?.seq ?? -1)} seen={entry.message?.seq === lastOwn && talk.seenByRelative.value >= lastOwn} />
        ))}
        <p class="small muted" role="status">
          {talk.typing.value ? t('talk.typing') : ''}
        </p>
      </div>
      <StaffComposer talk={talk} enabled={mine} />
    </section>
  );
}
