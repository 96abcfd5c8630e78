/** The loader on the municipality's page: a launcher button, and the chat in a frame that the page cannot read. */
import { LABELS } from './labels';

const script = document.currentScript as HTMLScriptElement | null;
const origin = new URL(script?.src ?? location.href).origin;
const municipality = script?.dataset['municipality'] ?? '';
const language = script?.dataset['language'] || document.documentElement.lang.slice(0, 2) || 'nb';
const label = LABELS[language] ?? 'Snakk med oss';
const rtl = /^(ar|ur|fa)$/.test(language);
const KEY = 'naer-open';
const CSS = `:host{all:initial}
button{position:fixed;inset-block-end:1rem;inset-inline-end:1rem;z-index:2147483000;display:flex;align-items:center;gap:8px;min-width:56px;min-height:56px;padding:0 20px;border:2px solid #fff;border-radius:28px;background:#0b5563;color:#fff;font:600 16px/1.2 system-ui,sans-serif;cursor:pointer;box-shadow:0 2px 10px #0004}
button:hover{background:#083e49}
button:focus-visible{outline:3px solid #0b5563;outline-offset:3px}
::slotted(iframe){position:fixed!important;inset:auto 1rem 1rem auto!important;z-index:2147483001!important;box-sizing:border-box!important;width:400px!important;height:640px!important;max-width:calc(100vw - 2rem)!important;max-height:calc(100vh - 2rem)!important;border:1px solid #667a7e!important;border-radius:12px!important;background:#faf8f4;box-shadow:0 8px 32px #0005}
:host([dir=rtl]) ::slotted(iframe){inset:auto auto 1rem 1rem!important}
[hidden],::slotted([hidden]){display:none!important}
@media(max-width:479px){:host ::slotted(iframe){inset:0!important;width:100%!important;height:100%!important;max-width:none!important;max-height:none!important;border:0!important;border-radius:0!important}}
@media print{button,::slotted(iframe){display:none!important}}`;

const small = matchMedia('(max-width:479px)');
let frame: HTMLIFrameElement | null = null;
let inert: Element[] = [];
let wanted = false;

const host = document.createElement('div');
host.dir = rtl ? 'rtl' : 'ltr';
host.lang = language;
const root = host.attachShadow({ mode: 'open' });
try {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
} catch {
  root.append(Object.assign(document.createElement('style'), { textContent: CSS }));
}

const button = document.createElement('button');
button.type = 'button';
button.setAttribute('aria-expanded', 'false');
button.innerHTML =
  '<svg aria-hidden="true" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"><path d="M4 5h16v11H10l-5 4v-4H4z"/></svg>';
button.append(label);
button.onclick = () => open(true);
root.append(button, document.createElement('slot'));

function remember(value: string | null): void {
  try {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  } catch {
    /* blocked */
  }
}

/** While the chat fills the screen, the page behind it is out of reach. */
function shield(): void {
  const on = frame !== null && !frame.hidden && small.matches;
  for (const element of inert) element.removeAttribute('inert');
  inert = on ? [...document.body.children].filter((child) => child !== host && !child.hasAttribute('inert')) : [];
  for (const element of inert) element.setAttribute('inert', '');
}

function focusInside(): void {
  frame?.focus();
  frame?.contentWindow?.postMessage({ type: 'naer:opened' }, origin);
}

function open(byReader: boolean): void {
  const first = !frame;
  if (!frame) {
    frame = document.createElement('iframe');
    frame.title = `Nær – ${label}`;
    frame.allow = 'clipboard-write';
    frame.src = `${origin}/widget?${new URLSearchParams({ municipality, language })}`;
    wanted = byReader;
    host.append(frame);
  }
  frame.hidden = false;
  button.hidden = true;
  button.setAttribute('aria-expanded', 'true');
  remember('1');
  shield();
  if (byReader && !first) focusInside();
}

function close(): void {
  if (!frame || frame.hidden) return;
  frame.hidden = true;
  button.hidden = false;
  button.setAttribute('aria-expanded', 'false');
  remember(null);
  shield();
  button.focus();
}

addEventListener('message', (event) => {
  if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
  if (event.data?.type === 'naer:ready' && wanted) focusInside();
  if (event.data?.type === 'naer:close') close();
  if (event.data?.type === 'naer:exit') {
    remember(null);
    location.replace('https://www.yr.no/');
  }
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) close();
});
small.addEventListener('change', shield);

function begin(): void {
  document.body.append(host);
  try {
    if (sessionStorage.getItem(KEY)) open(false);
  } catch {
    /* blocked */
  }
}
if (document.body) begin();
else addEventListener('DOMContentLoaded', begin);
