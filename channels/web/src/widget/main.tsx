/** The widget's page: reads the address, chooses the language, and puts the chat on the screen. */
import { render } from 'preact';
import '../shared/styles/base.css';
import './styles/widget.css';
import './styles/messages.css';
import { isLanguage } from '../shared/languages';
import { App } from './components/App';
import { i18n } from './i18n';
import { followOtherTabs } from './otherTabs';
import { storedLanguage, storedSize } from './remember';
import { Talk } from './talk';
import { applySize } from './textSize';

function chosenLanguage(asked: string | null): string {
  const browser = navigator.language.slice(0, 2).replace('no', 'nb');
  return [storedLanguage(), asked, browser].find(isLanguage) ?? 'nb';
}

const query = new URLSearchParams(window.location.search);
const root = document.getElementById('app');

if (root) {
  applySize(storedSize());
  await i18n.setLanguage(chosenLanguage(query.get('language')));
  const talk = new Talk(query.get('municipality') ?? '');
  render(<App talk={talk} />, root);
  followOtherTabs(talk);
  void talk.start();
}
