/** A message on its way: sending, trying again, sent, or refused. */
import type { Pending } from '../../shared/messageStore';
import { PlainText } from '../../shared/components/PlainText';
import { t } from '../i18n';
import type { Talk } from '../talk';

export function PendingBubble({ talk, pending }: { talk: Talk; pending: Pending }) {
  const { status, clientId, text } = pending;
  return (
    <article class="message own">
      <p class="who visually-hidden">{t('sender.you')}</p>
      <div class="bubble" dir="auto">
        <PlainText text={text} />
      </div>
      <p class="meta small muted">
        <span role={status === 'retrying' || status === 'failed' ? 'status' : undefined}>{t(`pending.${status}`)}</span>{' '}
        {status === 'retrying' && (
          <button type="button" class="button quiet" onClick={() => talk.retryNow()}>
            {t('pending.retry_now')}
          </button>
        )}
        {status === 'failed' && (
          <button type="button" class="button quiet" onClick={() => talk.takeBack(clientId, text)}>
            {t('pending.take_back')}
          </button>
        )}
      </p>
    </article>
  );
}
