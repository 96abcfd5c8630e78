/** The console: queue, talk and side panel; side by side where there is room, in tabs where not. */
import { useEffect, useState } from 'preact/hooks';
import { Gate } from '../../shared/staff/Gate';
import { t } from '../../shared/staff/i18n';
import { Desk } from '../desk';
import { QueueColumn } from './QueueColumn';
import { SidePanel } from './SidePanel';
import { TalkColumn } from './TalkColumn';
import { TopBar } from './TopBar';

const PANES = ['queue', 'talk', 'side'] as const;
export type Pane = (typeof PANES)[number];

export function App() {
  return (
    <Gate title={t('console.title')} roles={['counsellor']}>
      <Workplace />
    </Gate>
  );
}

function Workplace() {
  const [desk] = useState(() => new Desk());
  const [pane, setPane] = useState<Pane>('queue');
  const waiting = desk.waiting.value.length;
  const talk = desk.current.value;

  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Nær` : t('console.title');
  }, [waiting]);

  return (
    <div class="console">
      <TopBar desk={desk} />
      <nav class="panes" aria-label={t('console.panes')}>
        {PANES.map((name) => (
          <button key={name} type="button" class="tab" aria-current={pane === name ? 'true' : undefined} onClick={() => setPane(name)}>
            {t(`console.pane_${name}`)}
            {name === 'queue' && waiting > 0 ? ` (${waiting})` : ''}
          </button>
        ))}
      </nav>
      <main class="columns" data-pane={pane}>
        <QueueColumn desk={desk} onOpen={() => setPane('talk')} />
        <TalkColumn key={talk?.id ?? ''} desk={desk} talk={talk} />
        <SidePanel key={`side-${talk?.id ?? ''}`} talk={talk} onSent={() => setPane('talk')} />
      </main>
    </div>
  );
}
