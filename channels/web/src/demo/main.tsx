/** A page that looks like a municipality's own, to try the widget on. */
import { render } from 'preact';
import '../shared/styles/base.css';
import './demo.css';
import { isLanguage } from '../shared/languages';
import { fetchMunicipality, unnamed } from '../shared/municipality';
import { DemoPage } from './DemoPage';
import { i18n } from './i18n';

/** The very tag that a municipality puts on its page. */
function embed(municipality: string, language: string): void {
  const script = document.createElement('script');
  script.src = '/embed.js';
  script.async = true;
  script.dataset['municipality'] = municipality;
  script.dataset['language'] = language;
  document.body.append(script);
}

const inPath = /\/demo\/([^/?#]+)/.exec(window.location.pathname)?.[1] ?? 'lillestrom';
const asked = new URLSearchParams(window.location.search).get('language');
const language = isLanguage(asked) ? asked : 'nb';
const root = document.getElementById('app');

const id = decodeURIComponent(inPath);
if (root) {
  const [municipality] = await Promise.all([fetchMunicipality(id).catch(() => unnamed(id)), i18n.setLanguage(language)]);
  render(<DemoPage municipality={municipality} />, root);
  embed(municipality.id, language);
}
