/** One wish to be called or to meet: how to reach the person, when, about what, and what is done with it. */
import { useState } from 'preact/hooks';
import { Facts } from '../../shared/components/Facts';
import { SelectField } from '../../shared/components/SelectField';
import { dateTimeText } from '../../shared/dates';
import { nameOf } from '../../shared/languages';
import { i18n, t } from '../../shared/staff/i18n';
import { CALLBACK_OUTCOMES, completeCallback, planCallback, releaseCallback, type Callback } from '../otherApi';
import { isMe, personName } from '../people';

interface Props {
  item: Callback;
  onTake: () => void;
  onChanged: () => void;
}

function whenText(when: Callback['when']): string {
  if (!when || typeof when === 'string') return when || '–';
  const language = i18n.language.value;
  return when.map(({ from, to }) => `${dateTimeText(from, language)} – ${dateTimeText(to, language)}`).join('; ');
}

export function CallbackCard({ item, onTake, onChanged }: Props) {
  const language = i18n.language.value;
  const mine = item.status === 'taken' && isMe(item.taken_by);
  const facts: Array<[string, preact.ComponentChildren]> = [
    [t('callbacks.when'), <span dir="auto">{whenText(item.when)}</span>],
    [t('callbacks.language'), `${nameOf(item.language)}${item.interpreter ? ` · ${t('callbacks.interpreter')}` : ''}`],
    [t('callbacks.phone'), item.phone && <a href={`tel:${item.phone.replace(/[^\d+]/g, '')}`}>{item.phone}</a>],
    [t('callbacks.email'), item.email && <a href={`mailto:${item.email}`}>{item.email}</a>],
    [t('callbacks.about'), item.about && <span dir="auto">{item.about}</span>],
    [t('callbacks.appointment'), item.appointment && [dateTimeText(item.appointment, language), item.place].filter(Boolean).join(', ')],
  ];
  return (
    <li class="card">
      <h3>
        {t(`callbacks.kind_${item.kind}`)}
        {item.name ? `: ${item.name}` : ''}
      </h3>
      <Facts facts={facts} />
      <p class="small muted">
        {t('callbacks.asked_at', { at: dateTimeText(item.created_at, language) })}
        {item.taken_by ? ` · ${t('callbacks.with', { name: personName(item.taken_by) })}` : ''}
      </p>
      {item.status === 'new' && (
        <div class="row">
          <button type="button" class="button primary" onClick={onTake}>
            {t('callbacks.take')}
          </button>
        </div>
      )}
      {mine && <Plan item={item} onChanged={onChanged} />}
      {mine && <Complete item={item} onChanged={onChanged} />}
      {mine && (
        <div class="row">
          <button type="button" class="button quiet" onClick={() => void releaseCallback(item.id).then(onChanged, onChanged)}>
            {t('callbacks.give_back')}
          </button>
        </div>
      )}
    </li>
  );
}

/** A date and time in the browser's own field, as the server writes them. */
const instant = (local: string) => (local ? new Date(local).toISOString() : '');

function Plan({ item, onChanged }: { item: Callback; onChanged: () => void }) {
  const [at, setAt] = useState('');
  const [place, setPlace] = useState(item.place ?? '');
  const [failed, setFailed] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    if (!at) return;
    planCallback(item.id, instant(at), place.trim())
      .then(onChanged)
      .catch(() => setFailed(true));
  };
  return (
    <details>
      <summary>{t('callbacks.plan')}</summary>
      <form class="stack" onSubmit={save}>
        <div class="field">
          <label for={`at-${item.id}`}>{t('callbacks.appointment')}</label>
          <input id={`at-${item.id}`} class="input" type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for={`place-${item.id}`}>{t('callbacks.place')}</label>
          <input id={`place-${item.id}`} class="input" value={place} onInput={(event) => setPlace(event.currentTarget.value)} />
        </div>
        <div class="row">
          <button type="submit" class="button">
            {t('callbacks.save_plan')}
          </button>
          <span role="alert">{failed ? t('staff.failed') : ''}</span>
        </div>
      </form>
    </details>
  );
}

function Complete({ item, onChanged }: { item: Callback; onChanged: () => void }) {
  const [outcome, setOutcome] = useState<string>(CALLBACK_OUTCOMES[0]);
  const [note, setNote] = useState('');
  const [failed, setFailed] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    completeCallback(item.id, outcome, note.trim())
      .then(onChanged)
      .catch(() => setFailed(true));
  };
  return (
    <details>
      <summary>{t('callbacks.complete')}</summary>
      <form class="stack" onSubmit={save}>
        <SelectField id={`outcome-${item.id}`} label={t('close.outcome')} value={outcome} options={CALLBACK_OUTCOMES.map((one) => [one, t(`close.${one}`)] as const)} onChange={setOutcome} />
        <div class="field">
          <label for={`note-${item.id}`}>{t('callbacks.note')}</label>
          <textarea id={`note-${item.id}`} class="input" rows={2} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </div>
        <div class="row">
          <button type="submit" class="button primary">
            {t('callbacks.done_now')}
          </button>
          <span role="alert">{failed ? t('staff.failed') : ''}</span>
        </div>
      </form>
    </details>
  );
}
