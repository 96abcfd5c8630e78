/** The talks: queue, the open ones side by side, and what one needs to know; in tabs where there is little room. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';
import type { TalkDialog } from '../useShortcuts';
import { CloseDialog } from './CloseDialog';
import { QueueColumn } from './QueueColumn';
import { SidePanel } from './SidePanel';
import { TalkColumn } from './TalkColumn';
import { TalkTabs } from './TalkTabs';
import { TransferDialog } from './TransferDialog';

const PANES = ['queue', 'talk', 'side'] as const;
export type Pane = (typeof PANES)[number];

/** Narrower than this (in px of 16 to the rem) a talk is hard to read. */
const NARROWEST = 310;
const MOST = 3;

interface Props {
  desk: Desk;
  pane: Pane;
  setPane: (pane: Pane) => void;
  asked: TalkDialog | null;
  setAsked: (dialog: TalkDialog | null) => void;
}

/** As many talks side by side as there is room for. */
function useRoom(desk: Desk) {
  const area = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const measure = () => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      if (element.clientWidth > 0) desk.tabs.setRoom(Math.max(1, Math.min(MOST, Math.floor(element.clientWidth / (NARROWEST * rem)))));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [desk]);
  return area;
}

export function Talks({ desk, pane, setPane, asked, setAsked }: Props) {
  const area = useRoom(desk);
  const waiting = desk.waiting.value.length;
  const unread = desk.tabs.all.value.reduce((sum, talk) => sum + desk.unreadOf(talk.id), 0);
  const current = desk.tabs.current.value;
  const counts: Record<Pane, number> = { queue: waiting, talk: unread, side: 0 };
  return (
    <>
      <nav class="panes" aria-label={t('console.panes')}>
        {PANES.map((name) => (
          <button key={name} type="button" class="tab" aria-current={pane === name ? 'true' : undefined} onClick={() => setPane(name)}>
            {t(`console.pane_${name}`)}
            {counts[name] > 0 ? ` (${counts[name]})` : ''}
          </button>
        ))}
      </nav>
      <main class="columns" data-pane={pane}>
        <QueueColumn desk={desk} onOpen={() => setPane('talk')} />
        <section class="column talks" aria-label={t('console.pane_talk')} ref={area}>
          <TalkTabs desk={desk} />
          {current ? (
            <div class="side-by-side" data-talks={desk.tabs.side.value.length}>
              {desk.tabs.side.value.map((talk) => (
                <TalkColumn key={talk.id} desk={desk} talk={talk} onAsk={setAsked} />
              ))}
            </div>
          ) : (
            <p class="muted">{t('talk.none')}</p>
          )}
        </section>
        <SidePanel key={`side-${current?.id ?? ''}`} talk={current} onPrepared={() => setPane('talk')} />
      </main>
      {asked === 'close' && current && <CloseDialog desk={desk} talk={current} onClose={() => setAsked(null)} />}
      {asked === 'transfer' && current && <TransferDialog desk={desk} id={current.id} onClose={() => setAsked(null)} />}
    </>
  );
}
