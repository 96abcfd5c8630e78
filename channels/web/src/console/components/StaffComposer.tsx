/** Where the counsellor writes; above it what lies ready to be sent, with its Norwegian beside. */
import { useState } from 'preact/hooks';
import { directionOf, nameOf } from '../../shared/languages';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import type { OpenTalk } from '../openTalk';
import { KEYS } from '../shortcuts';

const MOST = 4000;

export function StaffComposer({ talk, enabled }: { talk: OpenTalk; enabled: boolean }) {
  const [translated, setTranslated] = useState(false);
  const text = talk.draft.value;
  const over = text.length - MOST;
  const field = `staff-text-${talk.id}`;
  const language = talk.detail.value?.language ?? 'nb';
  const canTranslate = enabled && Boolean(me.value?.translator) && !['nb', 'nn', 'en'].includes(language);
  const send = () => {
    const trimmed = text.trim();
    if (!enabled || over > 0) return;
    if (trimmed !== '') {
      talk.send({ text: trimmed, ...(canTranslate && translated ? { translate: true } : {}) }, trimmed);
      talk.draft.value = '';
    }
    talk.sendReady();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && talk.ready.value) {
      event.preventDefault();
      talk.ready.value = null;
    }
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
      {enabled && <FirstSuggestion talk={talk} />}
      <Ready talk={talk} />
      <label for={field} class="label small">
        {t('talk.write')}
      </label>
      <div class="composer-row">
        <textarea
          id={field}
          class="input"
          rows={2}
          dir="auto"
          value={text}
          disabled={!enabled}
          aria-describedby={`${field}-hint`}
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
      {canTranslate && (
        <label class="row check small">
          <input type="checkbox" checked={translated} onChange={(event) => setTranslated(event.currentTarget.checked)} />
          <span>{t('translate.send', { language: nameOf(language) })}</span>
        </label>
      )}
      <p id={`${field}-hint`} class="small muted" role="status">
        {!enabled ? t('talk.claim_first') : over > 0 ? t('talk.too_long', { over }) : t('talk.enter')}
      </p>
    </form>
  );
}

/** What fits the relative's last message best: one key, or one press, and it lies ready. */
function FirstSuggestion({ talk }: { talk: OpenTalk }) {
  const first = talk.suggestions.value.find((found) => !found.staff_only);
  if (!first || talk.ready.value || talk.entries.value.at(-1)?.message?.sender === 'counsellor') return null;
  return (
    <button type="button" class="button quiet small first-suggestion" onClick={() => talk.prepareNext()}>
      <kbd aria-hidden="true">{KEYS.insert}</kbd>
      <span>{t('side.insert_named', { title: first.norwegian?.title ?? first.title })}</span>
    </button>
  );
}

function Ready({ talk }: { talk: OpenTalk }) {
  const ready = talk.ready.value;
  if (!ready) return <div role="status" class="visually-hidden" />;
  const foreign = ready.norwegian !== '' && ready.norwegian !== ready.text;
  return (
    <div role="status" class="ready">
      <p class="row ready-head">
        <strong>{t('ready.title', { title: ready.title })}</strong>
        <button type="button" class="icon-button" aria-label={t('ready.remove')} title={t('ready.remove')} onClick={() => (talk.ready.value = null)}>
          <span aria-hidden="true">✕</span>
        </button>
      </p>
      <div class={foreign ? 'both' : ''}>
        <p class="small para" lang={ready.language} dir={directionOf(ready.language)}>
          {ready.text}
        </p>
        {foreign && (
          <p class="small para muted" lang="nb" dir="ltr">
            {ready.norwegian}
          </p>
        )}
      </div>
      <p class="small muted">{t('ready.hint')}</p>
    </div>
  );
}
