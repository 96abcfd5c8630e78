/** The messages, in order, read out politely as they come. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { topmost } from '../scrolling';
import type { Talk } from '../talk';
import type { Open } from './App';
import { MessageBubble } from './MessageBubble';
import { PendingBubble } from './PendingBubble';
import { RateTalk } from './RateTalk';

/** What is on the screen has been seen; not what came while the page lay in the background. */
function useSeen(talk: Talk): void {
  const newest = talk.entries.value.at(-1)?.message?.seq ?? 0;
  const withPerson = talk.state.value.state === 'human';
  useEffect(() => {
    const look = () => {
      if (withPerson) talk.seen.note(newest);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [talk, newest, withPerson]);
}

export function MessageList({ talk, onOpen }: { talk: Talk; onOpen: (open: Open) => void }) {
  const log = useRef<HTMLDivElement>(null);
  const [live, setLive] = useState(false);
  const entries = talk.entries.value;
  const typing = talk.typing.value;
  const closed = talk.state.value.state === 'closed';
  const lastOwn = entries.findLastIndex(({ message, pending }) => pending !== undefined || message?.sender === 'relative');

  const { byCounsellor } = talk.seen;
  const seenOwn = entries.findLast(({ message }) => message?.sender === 'relative' && message.seq <= byCounsellor.value)?.message?.seq;
  useSeen(talk);

  // What was said before this page view is not read out again; what comes after it is.
  useEffect(() => {
    if (entries.length === 0) return;
    const timer = setTimeout(() => setLive(true), 800);
    return () => clearTimeout(timer);
  }, [entries.length > 0]);

  // The newest comes into view, but the start of a long answer is not scrolled away.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const first = closed ? null : box.querySelector<HTMLElement>(`[data-index="${topmost(entries, lastOwn)}"]`);
    const bottom = box.scrollHeight - box.clientHeight;
    box.scrollTop = first ? Math.min(bottom, first.offsetTop - 8) : bottom;
    // At high zoom the page scrolls, not the list.
    if (live && bottom <= 0) box.querySelector('.log-item:last-child')?.scrollIntoView({ block: 'nearest' });
  }, [entries.length, typing, closed]);

  return (
    <div class="log-wrap" ref={log} tabIndex={0} role="region" aria-label={t('log.label')}>
      <div role="log" aria-live={live ? 'polite' : 'off'} aria-relevant="additions" aria-label={t('log.label')} class="log">
        {entries.map(({ key, message, pending }, index) => (
          <div key={key} class="log-item" data-index={index}>
            {message ? (
              <MessageBubble talk={talk} message={message} newest={index > lastOwn} onOpen={onOpen} seen={message.seq === seenOwn} />
            ) : (
              <PendingBubble talk={talk} pending={pending} />
            )}
          </div>
        ))}
      </div>
      <p class="typing muted small" role="status">
        {typing ? t(`typing.${typing}`) : ''}
      </p>
      {closed && <RateTalk talk={talk} />}
    </div>
  );
}
