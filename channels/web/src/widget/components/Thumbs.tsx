/** Did this answer help? Up or down, and one may change one's mind. */
import { useState } from 'preact/hooks';
import { sendFeedback } from '../api';
import { t } from '../i18n';
import type { Talk } from '../talk';

const CHOICES = ['up', 'down'] as const;

export function Thumbs({ talk, seq }: { talk: Talk; seq: number }) {
  const [given, setGiven] = useState<'up' | 'down' | null>(null);
  const [failed, setFailed] = useState(false);
  const give = (rating: 'up' | 'down') => {
    const session = talk.session.value;
    if (!session || rating === given) return;
    const before = given;
    setGiven(rating);
    setFailed(false);
    sendFeedback(session, { message_seq: seq, rating }).catch(() => {
      setGiven(before);
      setFailed(true);
    });
  };
  return (
    <div role="group" aria-label={t('thumbs.label')} class="row thumbs">
      {CHOICES.map((rating) => (
        <button key={rating} type="button" class="icon-button" aria-pressed={given === rating} aria-label={t(`thumbs.${rating}`)} title={t(`thumbs.${rating}`)} onClick={() => give(rating)}>
          <svg aria-hidden="true" class={rating} viewBox="0 0 24 24" width="20" height="20" fill={given === rating ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.8" stroke-linejoin="round">
            <path d="M7 11v9H3v-9zM7 11l4-8c2 0 3 1.500 2.500 3.500L13 10h6c1.500 0 2.300 1.200 2 2.500l-1.500 6C19.200 19.500 18.500 20 17.500 20H7" />
          </svg>
        </button>
      ))}
      <span role="status">{failed ? t('thumbs.failed') : given ? t('thumbs.thanks') : ''}</span>
    </div>
  );
}
