/** The whole widget: header, state, messages, composer, and the dialog that is open. */
import { useEffect, useState } from 'preact/hooks';
import { fetchMunicipality, unnamed } from '../../shared/municipality';
import type { Municipality } from '../../shared/types';
import { closePanel, embedded, onOpened } from '../host';
import { t } from '../i18n';
import type { Talk } from '../talk';
import { ArticleDialog } from './ArticleDialog';
import { CallbackDialog } from './CallbackDialog';
import { CodeDialog } from './CodeDialog';
import { Composer } from './Composer';
import { CoursesDialog } from './CoursesDialog';
import { DeleteDialog } from './DeleteDialog';
import { EnterCodeDialog } from './EnterCodeDialog';
import { HandoffDialog } from './HandoffDialog';
import { Header } from './Header';
import { MessageList } from './MessageList';
import { StateBanner } from './StateBanner';
import { WhileWaiting } from './WhileWaiting';

type Plain = 'handoff' | 'delete' | 'callback' | 'code' | 'enter' | 'courses' | 'waiting';
export type Open = null | { what: Plain } | { what: 'article'; id: string };

function useMunicipality(id: string): Municipality {
  const [found, setFound] = useState<Municipality>(() => unnamed(id));
  useEffect(() => {
    fetchMunicipality(id)
      .then(setFound)
      .catch(() => undefined);
  }, [id]);
  return found;
}

function useEscape(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (!document.querySelector('dialog[open]')) closePanel();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Into the field where one writes; on a touch screen to the heading, so that no keyboard covers the greeting. */
function focusIn(): void {
  const touch = window.matchMedia('(pointer: coarse)').matches;
  document.getElementById(touch ? 'chat-title' : 'composer-text')?.focus();
}

export function App({ talk }: { talk: Talk }) {
  const [open, setOpen] = useState<Open>(null);
  const municipality = useMunicipality(talk.municipality);
  const title = t('chat.title', { municipality: municipality.name });
  useEscape();
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => onOpened(focusIn), []);

  const close = () => setOpen(null);
  const problem = talk.problem.value;
  return (
    <div class={embedded ? 'widget embedded' : 'widget'}>
      <Header talk={talk} municipality={municipality} title={title} onOpen={setOpen} />
      <main class="talk">
        <StateBanner talk={talk} onOpen={setOpen} />
        {problem && (
          <div class="note warn problem" role="alert">
            <p>{t(`problem.${problem}`)}</p>
          </div>
        )}
        <MessageList talk={talk} onOpen={setOpen} />
        <Composer talk={talk} />
      </main>
      {open?.what === 'handoff' && <HandoffDialog talk={talk} municipality={municipality} onOpen={setOpen} onClose={close} />}
      {open?.what === 'waiting' && <WhileWaiting talk={talk} onOpen={setOpen} onClose={close} />}
      {open?.what === 'callback' && <CallbackDialog talk={talk} onClose={close} />}
      {open?.what === 'code' && <CodeDialog talk={talk} onClose={close} />}
      {open?.what === 'enter' && <EnterCodeDialog talk={talk} onClose={close} />}
      {open?.what === 'courses' && <CoursesDialog municipality={talk.municipality} onClose={close} />}
      {open?.what === 'delete' && <DeleteDialog talk={talk} onClose={close} />}
      {open?.what === 'article' && <ArticleDialog talk={talk} id={open.id} onClose={close} />}
    </div>
  );
}
