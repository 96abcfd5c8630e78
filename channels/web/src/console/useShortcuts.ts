/** Listens to the keys, and does what they ask for. */
import { useEffect } from 'preact/hooks';
import type { Desk } from './desk';
import { letters } from './prefs';
import { actionOf, isField, VIEWS, type Action, type View } from './shortcuts';

/** A dialog that a key can open for the talk in hand. */
export type TalkDialog = 'close' | 'transfer';

export interface Hands {
  desk: Desk;
  openView(view: View): void;
  showPane(pane: 'queue' | 'talk' | 'side'): void;
  ask(dialog: TalkDialog): void;
  help(): void;
}

/** Moves the focus to what is about to be drawn: looks again for a few frames. */
function focusOn(selector: string, tries = 12): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) element.focus();
    else if (tries > 0) focusOn(selector, tries - 1);
  });
}

function stepCards(by: number): void {
  const cards = [...document.querySelectorAll<HTMLElement>('.queue .card')];
  const index = cards.findIndex((card) => card.contains(document.activeElement));
  const next = index < 0 ? (by > 0 ? 0 : cards.length - 1) : index + by;
  cards[Math.max(0, Math.min(cards.length - 1, next))]?.querySelector<HTMLElement>('button')?.focus();
}

function perform(action: Action, hands: Hands): void {
  const { desk } = hands;
  const talk = desk.tabs.current.value;
  const show = (pane: 'queue' | 'talk' | 'side', selector: string) => {
    hands.openView('desk');
    hands.showPane(pane);
    focusOn(selector);
  };
  // By its id: the talk in hand may have changed by the key, and the screen not yet.
  const write = () => show('talk', `#staff-text-${desk.tabs.current.value?.id ?? ''}`);
  if (action === 'help') hands.help();
  else if (action === 'take_next') void desk.claimNext().then(write);
  else if (action === 'next_card' || action === 'previous_card') {
    if (!document.activeElement?.closest('.queue')) show('queue', '.queue .card button');
    else stepCards(action === 'next_card' ? 1 : -1);
  } else if (action === 'next_talk' || action === 'previous_talk') {
    desk.tabs.step(action === 'next_talk' ? 1 : -1);
    write();
  } else if (action === 'write') write();
  else if (action === 'insert') {
    talk?.prepareNext();
    write();
  } else if (action === 'phrases') show('side', '#phrase-search');
  else if (action === 'note') show('side', '#note-text');
  else if (action === 'queue') show('queue', '.queue .card button');
  else if (action === 'leave_field') {
    (document.activeElement?.closest('.talk-column')?.querySelector<HTMLElement>('.talk-log') ?? document.body).focus();
    if (isField(document.activeElement)) (document.activeElement as HTMLElement).blur();
  } else if (action === 'transfer' || action === 'close') {
    if (talk) hands.ask(action);
  } else if (action === 'release') {
    if (talk) void desk.release(talk.id);
  } else if (action.startsWith('talk_')) {
    const wanted = desk.tabs.all.value[Number(action.slice(5)) - 1];
    if (wanted) {
      desk.open(wanted.id);
      write();
    }
  } else hands.openView(VIEWS.find((view) => view === action) ?? 'desk');
}

export function useShortcuts(hands: Hands, counsellor: boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
      const action = actionOf(event, isField(event.target), letters.value.value);
      if (!action || (!counsellor && action !== 'help')) return;
      event.preventDefault();
      perform(action, hands);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
