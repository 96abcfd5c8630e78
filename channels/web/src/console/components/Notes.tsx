/** Notes between counsellors; the relative does not see them. */
import { useState } from 'preact/hooks';
import { dateTimeText } from '../../shared/dates';
import { i18n, t } from '../../shared/staff/i18n';
import { addNote, type Note } from '../api';
import type { OpenTalk } from '../openTalk';
import { personName } from '../people';

export function Notes({ talk, notes }: { talk: OpenTalk; notes: Note[] }) {
  const [text, setText] = useState('');
  const [failed, setFailed] = useState(false);
  const save = async (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    setFailed(false);
    try {
      await addNote(talk.id, text.trim());
      setText('');
      await talk.refreshDetail();
    } catch {
      setFailed(true);
    }
  };
  return (
    <section class="stack">
      <h2>{t('notes.title')}</h2>
      <ul class="plain-list">
        {notes.map((note, index) => (
          <li key={index} class="note small">
            <p class="muted">{[personName(note.author), dateTimeText(note.at, i18n.language.value)].filter(Boolean).join(', ')}</p>
            <p class="para">{note.text}</p>
          </li>
        ))}
      </ul>
      <form class="field" onSubmit={(event) => void save(event)}>
        <label for="note-text">{t('notes.label')}</label>
        <textarea id="note-text" class="input" rows={2} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit" class="button">
          {t('notes.save')}
        </button>
        <p role="alert" class="error">
          {failed ? t('staff.failed') : ''}
        </p>
      </form>
    </section>
  );
}
