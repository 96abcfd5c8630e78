/** Where the counsellor writes. */
import { t } from '../../shared/staff/i18n';
import type { OpenTalk } from '../openTalk';

const MOST = 4000;

export function StaffComposer({ talk, enabled }: { talk: OpenTalk; enabled: boolean }) {
  const text = talk.draft.value;
  const over = text.length - MOST;
  const send = () => {
    const trimmed = text.trim();
    if (!enabled || trimmed === '' || over > 0) return;
    talk.send({ text: trimmed }, trimmed);
    talk.draft.value = '';
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="staff-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for="staff-text" class="label small">
        {t('talk.write')}
      </label>
      <div class="composer-row">
        <textarea
          id="staff-text"
          class="input"
          rows={3}
          dir="auto"
          value={text}
          disabled={!enabled}
          aria-describedby="staff-hint"
          aria-invalid={over > 0}
          onInput={(event) => {
            talk.draft.value = event.currentTarget.value;
            talk.noteTyping();
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="button primary" disabled={!enabled}>
          {t('talk.send')}
        </button>
      </div>
      <p id="staff-hint" class="small muted" role="status">
        {!enabled ? t('talk.claim_first') : over > 0 ? t('talk.too_long', { over }) : t('talk.enter')}
      </p>
    </form>
  );
}
