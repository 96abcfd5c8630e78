/** Where the relative writes: Enter sends, Shift+Enter makes a new line, and no text is lost. */
import { useRef } from 'preact/hooks';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import { noteTyping } from '../typing';

const MOST = 4000;

export function Composer({ talk }: { talk: Talk }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const text = talk.draft.value;
  const over = text.length - MOST;
  const ready = talk.session.value !== null;

  const send = () => {
    const trimmed = text.trim();
    if (!ready || trimmed === '' || over > 0) return;
    talk.send(trimmed);
    talk.setDraft('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  const notice = talk.notice.value;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p role="status" class={notice ? 'note' : ''}>
        {notice ? t(notice) : ''}
      </p>
      <label for="composer-text" class="small label">
        {t('composer.label')}
      </label>
      <div class="composer-row">
        <textarea
          id="composer-text"
          ref={box}
          class="input"
          rows={2}
          dir="auto"
          lang={i18n.language.value}
          value={text}
          aria-describedby="composer-hint"
          aria-invalid={over > 0}
          onInput={(event) => {
            talk.setDraft(event.currentTarget.value);
            noteTyping(talk);
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="button primary" disabled={!ready}>
          {t('composer.send')}
        </button>
      </div>
      <p id="composer-hint" class="small muted" role="status">
        {over > 0 ? <span class="too-long">{t('composer.too_long', { over, most: MOST })}</span> : over > -300 ? t('composer.left', { left: -over }) : ''}
      </p>
    </form>
  );
}
