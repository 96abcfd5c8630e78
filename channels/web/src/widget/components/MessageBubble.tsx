/** One message from the server, drawn after its kind. */
import { PlainText } from '../../shared/components/PlainText';
import { timeText } from '../../shared/dates';
import { directionOf, originalText } from '../../shared/languages';
import type { Message } from '../../shared/types';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';
import { AnswerFoot } from './AnswerFoot';
import { Choices } from './Choices';
import { CourseList } from './CourseList';
import { CrisisCard } from './CrisisCard';
import { DocumentLinks } from './DocumentLinks';

interface Props {
  talk: Talk;
  message: Message;
  newest: boolean;
  /** The counsellor has seen this, the newest of the relative's that they have seen. */
  seen: boolean;
  onOpen: (open: Open) => void;
}

function senderName(message: Message, talk: Talk): string {
  if (message.sender === 'relative') return t('sender.you');
  if (message.sender === 'bot') return t('sender.bot');
  if (message.sender === 'system') return t('sender.system');
  return message.name || talk.state.value.counsellor || t('sender.counsellor');
}

export function MessageBubble({ talk, message, newest, seen, onOpen }: Props) {
  const { kind, sender, language, choices, answer } = message;
  const original = originalText(message.translation_of);
  const quiet = sender === 'system' || kind === 'notice' || kind === 'handoff';
  const plain = sender === 'relative' || sender === 'system';
  const look = sender === 'relative' ? 'own' : quiet ? 'quiet' : sender;
  return (
    <article class={`message ${look}`}>
      <p class={plain ? 'who visually-hidden' : 'who small'}>{senderName(message, talk)}</p>
      <div class={kind === 'crisis' ? 'bubble crisis' : 'bubble'}>
        <div class="paras" lang={language} dir={directionOf(language)}>
          {kind === 'crisis' && message.crisis ? <CrisisCard talk={talk} text={message.text} crisis={message.crisis} /> : <PlainText text={message.text} />}
        </div>
        {kind === 'course_list' && <CourseList courses={message.courses ?? []} />}
        {message.document && <DocumentLinks talk={talk} document={message.document} />}
        {message.handoff?.consented === false && newest && talk.state.value.state === 'waiting' && (
          <button type="button" class="button" onClick={() => onOpen({ what: 'handoff' })}>
            {t('handoff.choose')}
          </button>
        )}
        {original && (
          <details class="original">
            <summary>{t('translation.show')}</summary>
            <div dir="auto">
              <PlainText text={original} />
            </div>
          </details>
        )}
        {answer && <AnswerFoot talk={talk} message={message} answer={answer} onArticle={(id) => onOpen({ what: 'article', id })} />}
      </div>
      {choices && choices.length > 0 && <Choices talk={talk} choices={choices} language={language} enabled={newest} />}
      <p class="meta small muted">
        <time dateTime={message.at}>{timeText(message.at, i18n.language.value)}</time>
        {seen && <span>&nbsp;· {t('message.seen')}</span>}
      </p>
    </article>
  );
}
