/** Talks with embed.js on the municipality's page: closing the panel, and leaving in a hurry. */
export const EXIT_URL = 'https://www.yr.no/';
export const embedded = window.parent !== window;

/** Nothing secret is ever said to the host page, so any origin may hear it. */
function tell(type: string): void {
  if (embedded) window.parent.postMessage({ type }, '*');
}

export const closePanel = () => tell('naer:close');

export function leaveQuickly(): void {
  tell('naer:exit');
  if (!embedded) {
    window.location.replace(EXIT_URL);
    return;
  }
  document.body.hidden = true;
  setTimeout(() => {
    try {
      window.top?.location.replace(EXIT_URL);
    } catch {
      window.location.replace(EXIT_URL);
    }
  }, 400);
}

/** embed.js tells that the panel was opened by the reader, who then expects the focus in it. */
export function onOpened(run: () => void): void {
  window.addEventListener('message', (event) => {
    if (event.source === window.parent && (event.data as { type?: string } | null)?.type === 'naer:opened') run();
  });
  tell('naer:ready');
}
