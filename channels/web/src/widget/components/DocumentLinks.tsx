/** A document made of what was said: to look at, print or save. It is fetched with the talk's token, never by an open address. */
import { useState } from 'preact/hooks';
import { fetchDocument } from '../api';
import { downloadBlob, print } from '../files';
import { t } from '../i18n';
import type { Talk } from '../talk';

export function DocumentLinks({ talk, document: made }: { talk: Talk; document: { id: string; title: string } }) {
  const [failed, setFailed] = useState(false);
  const use = async (format: 'html' | 'pdf', done: (blob: Blob) => void | Promise<void>) => {
    const session = talk.session.value;
    if (!session) return;
    setFailed(false);
    try {
      await done(await fetchDocument(session, made.id, format));
    } catch {
      setFailed(true);
    }
  };
  const name = made.title.replace(/[^\p{L}\p{N} -]/gu, '').trim() || 'naer';
  return (
    <div class="stack document">
      <div class="row">
        <button type="button" class="button" onClick={() => void use('pdf', (blob) => downloadBlob(`${name}.pdf`, blob))}>
          {t('document.pdf')}
          <span class="visually-hidden">: {made.title}</span>
        </button>
        <button type="button" class="button" onClick={() => void use('html', (blob) => downloadBlob(`${name}.html`, blob))}>
          {t('document.html')}
          <span class="visually-hidden">: {made.title}</span>
        </button>
        <button type="button" class="button" onClick={() => void use('html', async (blob) => print(await blob.text()))}>
          {t('document.print')}
          <span class="visually-hidden">: {made.title}</span>
        </button>
      </div>
      <p role="alert" class="small">
        {failed ? t('document.failed') : ''}
      </p>
    </div>
  );
}
