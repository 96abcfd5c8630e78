/** The counsellor's console. */
import { render } from 'preact';
import '../shared/styles/base.css';
import '../shared/styles/staff.css';
import './console.css';
import { whoAmI } from '../shared/staff/auth';
import { startLanguage } from '../shared/staff/i18n';
import { App } from './components/App';

const root = document.getElementById('app');
if (root) {
  await startLanguage();
  render(<App />, root);
  void whoAmI();
}
