/** One message as the counsellor sees it; for the bot's, what it answered with and how sure it was. */
import { PlainText } from '../../shared/components/PlainText';
import { timeText } from '../../shared/dates';
import { directionOf, nameOf, originalText } from '../../shared/languages';
import type { Entry } from '../../shared/messageStore';
import { i18n, t } from '../../shared/staff/i18n';
import type { Message } from '../../shared/types';
import type { Trace } from '../api';
import type { OpenTalk } from '../openTalk';
import { Translate } from './Translate';

function Body({ message }: { message: Message }) {
  const original = originalText(message.translation_of);
  return (
    <>
      <div lang={message.language} dir={directionOf(message.language)}>
        {message.kind === 'crisis' && (
          <p class="urgent" lang={i18n.language.value} dir="auto">
            <span aria-hidden="true">⚠ </span>
            {t('talk.crisis_card')}
          </p>
        )}
        <PlainText text={message.text} />
        {message.choices && message.choices.length > 0 && <p class="small muted">[{message.choices.map((choice) => choice.title).join('] [')}]</p>}
      </div>
      {message.answer && message.sender !== 'bot' && <p class="small muted">{t('talk.source', { title: message.answer.title })}</p>}
      {original && (
        <details>
          <summary>{t(message.sender === 'counsellor' ? 'talk.original_own' : 'talk.original')}</summary>
          <div dir="auto">
            <PlainText text={original} />
          </div>
        </details>
      )}
    </>
  );
}

/** How the bot came to its answer: the article, and how sure it was. */
function HowSure({ message, trace }: { message: Message; trace: Trace | undefined }) {
  const title = trace?.title ?? message.answer?.title;
  const confidence = trace?.confidence ?? message.answer?.confidence;
  const decision = trace?.decision ?? (message.answer ? 'answer' : null);
  if (!title && !decision) return null;
  const told = decision ? t(`trace.${decision}`) : '';
  return (
    <p class="small muted trace">
      {[told, title ? `«${title}»` : ''].filter(Boolean).join(' ')}
      {typeof confidence === 'number' ? ` · ${t('trace.sure', { n: Math.round(confidence * 100) })}` : ''}
    </p>
  );
}

interface Props {
  talk: OpenTalk;
  entry: Entry;
  trace: Trace | undefined;
  /** The relative has seen this, the counsellor's last message. */
  seen: boolean;
}

export function TalkMessage({ talk, entry, trace, seen }: Props) {
  const { message, pending } = entry;
  if (!message) return <Pending talk={talk} pending={pending} />;
  const name = message.sender === 'counsellor' && message.name ? message.name : t(`sender.${message.sender}`);
  return (
    <article class={`said ${message.sender}`}>
      <p class="small muted">
        <strong>{name}</strong> <time dateTime={message.at}>{timeText(message.at, i18n.language.value)}</time>
        {message.language !== 'nb' ? ` · ${nameOf(message.language)}` : ''}
      </p>
      <Body message={message} />
      {message.sender === 'bot' && <HowSure message={message} trace={trace} />}
      {message.sender === 'relative' && <Translate talk={talk} message={message} />}
      {seen && <p class="small muted">✓ {t('talk.seen')}</p>}
    </article>
  );
}

function Pending({ talk, pending }: { talk: OpenTalk; pending: NonNullable<Entry['pending']> }) {
  return (
    <article class="said counsellor">
      <p class="small muted">
        <strong>{t('sender.you')}</strong>
      </p>
      <div dir="auto">
        <PlainText text={pending.text} />
      </div>
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
