/** After the talk: one to five stars, a word if wished, and a new talk. */
import { useState } from 'preact/hooks';
import { sendFeedback } from '../api';
import { t } from '../i18n';
import type { Talk } from '../talk';

const STARS = [1, 2, 3, 4, 5];

export function RateTalk({ talk }: { talk: Talk }) {
  const [rating, setRating] = useState(0);
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<null | 'thanks' | 'missing' | 'failed'>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    const session = talk.session.value;
    if (!session) return;
    if (rating === 0) {
      setOutcome('missing');
      return;
    }
    try {
      await sendFeedback(session, { rating, ...(text.trim() ? { text: text.trim() } : {}) });
      setOutcome('thanks');
    } catch {
      setOutcome('failed');
    }
  };

  return (
    <div class="rate stack">
      {outcome !== 'thanks' && (
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <fieldset class="stars">
            <legend class="label">{t('rate.legend')}</legend>
            <div class="row">
              {STARS.map((star) => (
                <label key={star} class={star <= rating ? 'star on' : 'star'}>
                  <input type="radio" name="rating" value={star} checked={star === rating} onChange={() => setRating(star)} />
                  <span aria-hidden="true">{star <= rating ? '★' : '☆'}</span>
                  <span class="visually-hidden">{t('rate.stars', { n: star })}</span>
                </label>
              ))}
            </div>
          </fieldset>
          {rating > 0 && (
            <div class="field">
              <label for="rate-text">{t('rate.text')}</label>
              <textarea id="rate-text" class="input" rows={2} maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
            </div>
          )}
          <button type="submit" class="button">
            {t('rate.send')}
          </button>
        </form>
      )}
      <p role="status">{outcome ? t(`rate.${outcome}`) : ''}</p>
      <button type="button" class="button" onClick={() => talk.startAnew()}>
        {t('state.start_anew')}
      </button>
    </div>
  );
}
