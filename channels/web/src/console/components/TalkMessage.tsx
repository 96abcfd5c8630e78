/** One message as the counsellor sees it. */
import { PlainText } from '../../shared/components/PlainText';
import { timeText } from '../../shared/dates';
import { directionOf, nameOf, originalText } from '../../shared/languages';
import type { Entry } from '../../shared/messageStore';
import { i18n, t } from '../../shared/staff/i18n';
import type { Message } from '../../shared/types';
import type { OpenTalk } from '../openTalk';

function Body({ message }: { message: Message }) {
  const original = originalText(message.translation_of);
  return (
    <>
      <div lang={message.language} dir={directionOf(message.language)}>
        {message.kind === 'crisis' && (
          <p class="urgent" lang={i18n.language.value}>
            <span aria-hidden="true">⚠ </span>
            {t('talk.crisis_card')}
          </p>
        )}
        <PlainText text={message.text} />
        {message.choices && message.choices.length > 0 && <p class="small muted">[{message.choices.map((choice) => choice.title).join('] [')}]</p>}
      </div>
      {message.answer && <p class="small muted">{t('talk.source', { title: message.answer.title })}</p>}
      {original && (
        <details>
          <summary>{t('talk.original')}</summary>
          <div dir="auto">
            <PlainText text={original} />
          </div>
        </details>
      )}
    </>
  );
}

export function TalkMessage({ talk, entry }: { talk: OpenTalk; entry: Entry }) {
  const { message, pending } = entry;
  if (message) {
    const name = message.sender === 'counsellor' && message.name ? message.name : t(`sender.${message.sender}`);
    return (
      <article class={`said ${message.sender}`}>
        <p class="small muted">
          <strong>{name}</strong> <time dateTime={message.at}>{timeText(message.at, i18n.language.value)}</time>
          {message.language !== 'nb' ? ` · ${nameOf(message.language)}` : ''}
        </p>
        <Body message={message} />
      </article>
    );
  }
  return (
    <article class="said counsellor">
      <p class="small muted">
        <strong>{t('sender.you')}</strong>
      </p>
      <PlainText text={pending.text} />
      <p class="row small muted">
        <span role="status">{t(`pending.${pending.status}`)}</span>
        {pending.status === 'retrying' && (
          <button type="button" class="button quiet" onClick={() => talk.retryNow()}>
            {t('pending.retry_now')}
          </button>
        )}
        {pending.status === 'failed' && (
          <button type="button" class="button quiet" onClick={() => talk.takeBack(pending.clientId, pending.text)}>
            {t('pending.take_back')}
          </button>
        )}
      </p>
    </article>
  );
}
