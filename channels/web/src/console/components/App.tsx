/** The console: talks, callbacks, history, overview; each a view of its own, kept in the address. */
import { useEffect, useState } from 'preact/hooks';
import { Gate } from '../../shared/staff/Gate';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { Desk } from '../desk';
import { VIEWS, type View } from '../shortcuts';
import { useShortcuts, type TalkDialog } from '../useShortcuts';
import { Callbacks } from './Callbacks';
import { History } from './History';
import { Notices } from './Notices';
import { Overview } from './Overview';
import { Shortcuts } from './Shortcuts';
import { Talks, type Pane } from './Talks';
import { TopBar } from './TopBar';

export function App() {
  return (
    <Gate title={t('console.title')} roles={['counsellor', 'admin']}>
      {me.value?.role === 'admin' ? <Supervisor /> : <Workplace />}
    </Gate>
  );
}

/** The view that the address asks for. */
function useView(): [View, (view: View) => void] {
  const read = () => VIEWS.find((view) => view === window.location.hash.slice(1)) ?? 'desk';
  const [view, setView] = useState<View>(read);
  useEffect(() => {
    const onHash = () => setView(read());
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  return [view, (next) => (window.location.hash = next === 'desk' ? '' : next)];
}

function Workplace() {
  const [desk] = useState(() => new Desk());
  const [view, openView] = useView();
  const [pane, setPane] = useState<Pane>('queue');
  const [asked, setAsked] = useState<TalkDialog | null>(null);
  const [help, setHelp] = useState(false);
  const waiting = desk.waiting.value.length;
  useShortcuts({ desk, openView, showPane: setPane, ask: setAsked, help: () => setHelp(true) }, true);
  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Nær` : t('console.title');
  }, [waiting]);

  return (
    <div class="console">
      <TopBar desk={desk} view={view} onHelp={() => setHelp(true)} />
      <Notices desk={desk} />
      {view === 'desk' && <Talks desk={desk} pane={pane} setPane={setPane} asked={asked} setAsked={setAsked} />}
      {view === 'callbacks' && <Callbacks desk={desk} />}
      {view === 'history' && (
        <History
          onOpen={(id) => {
            desk.open(id);
            setPane('talk');
            openView('desk');
          }}
        />
      )}
      {view === 'overview' && <Overview />}
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </div>
  );
}

/** Who leads the service sees how long people wait, never what they write. */
function Supervisor() {
  return (
    <div class="console">
      <TopBar desk={null} view="overview" onHelp={null} />
      <Overview />
    </div>
  );
}
