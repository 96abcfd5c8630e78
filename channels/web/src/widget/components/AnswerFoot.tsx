/** Under an answer: its source, whether it is translated, the whole article, and whether it helped. */
import { dateText } from '../../shared/dates';
import { nameOf } from '../../shared/languages';
import { safeUrl } from '../../shared/links';
import type { Answer, Message } from '../../shared/types';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import { Original } from './Original';
import { Thumbs } from './Thumbs';

interface Props {
  talk: Talk;
  message: Message;
  answer: Answer;
  onArticle: (id: string) => void;
}

export function AnswerFoot({ talk, message, answer, onArticle }: Props) {
  const url = safeUrl(answer.url);
  const date = dateText(answer.reviewed_on, i18n.language.value);
  const source = answer.source_language ?? message.language;
  const foreign = source !== i18n.language.value;
  const fromNorwegian = answer.machine_translated || (foreign && !['nb', 'nn'].includes(source));
  return (
    <div class="answer-foot small">
      <p>
        {t('answer.source')}{' '}
        {url ? (
          <a href={url} target="_blank" rel="noopener noreferrer">
            <bdi>{answer.title}</bdi>
            <span class="visually-hidden"> {t('link.new_window')}</span>
          </a>
        ) : (
          <bdi>{answer.title}</bdi>
        )}
        {date && <span>, {t('answer.reviewed', { date })}</span>}
      </p>
      {answer.machine_translated ? (
        <p class="note warn">{t('answer.machine_translated')}</p>
      ) : (
        foreign && <p class="note">{t('answer.other_language', { language: nameOf(source) })}</p>
      )}
      {fromNorwegian && <Original talk={talk} id={answer.article_id} />}
      <div class="row">
        {answer.has_more !== false && (
          <button type="button" class="button quiet" onClick={() => onArticle(answer.article_id)}>
            {t('answer.read_more')}
            <span class="visually-hidden">: {answer.title}</span>
          </button>
        )}
        <Thumbs talk={talk} seq={message.seq} />
      </div>
    </div>
  );
}
