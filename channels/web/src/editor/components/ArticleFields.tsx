/** The fields of an article in one language. */
import { useState } from 'preact/hooks';
import { Markdown } from '../../shared/components/Markdown';
import { t } from '../../shared/staff/i18n';
import { WORDS_MOST, countWords, type Fields } from '../form';
import { Field } from './Field';

const STATUSES = ['planned', 'open', 'ended'];

interface Props {
  fields: Fields;
  language: string;
  dir: 'ltr' | 'rtl';
  errors: Record<string, string>;
  onChange: (fields: Fields) => void;
}

export function ArticleFields({ fields, language, dir, errors, onChange }: Props) {
  const [preview, setPreview] = useState(false);
  const words = countWords(fields.answer);
  const set = (change: Partial<Fields>) => onChange({ ...fields, ...change });
  const text = { lang: language, dir, class: 'input' } as const;
  const statuses = STATUSES.includes(fields.status) ? STATUSES : [fields.status, ...STATUSES];
  return (
    <>
      <Field id="title" label={t('article.field_title')} error={errors['title']}>
        {(aria) => <input {...text} {...aria} value={fields.title} onInput={(event) => set({ title: event.currentTarget.value })} />}
      </Field>
      <Field
        id="answer"
        label={t('article.field_answer')}
        error={errors['answer']}
        hint={t(words > WORDS_MOST ? 'article.too_many_words' : 'article.words', { n: words })}
        warn={words > WORDS_MOST}
      >
        {(aria) => <textarea {...text} {...aria} rows={7} value={fields.answer} onInput={(event) => set({ answer: event.currentTarget.value })} />}
      </Field>
      <Field id="body" label={t('article.field_body')} error={errors['body']}>
        {(aria) =>
          preview ? (
            <div class="preview">
              <Markdown source={fields.body} lang={language} dir={dir} />
            </div>
          ) : (
            <textarea {...text} {...aria} rows={14} value={fields.body} onInput={(event) => set({ body: event.currentTarget.value })} />
          )
        }
      </Field>
      <div>
        <button type="button" class="button" aria-pressed={preview} onClick={() => setPreview(!preview)}>
          {t(preview ? 'article.edit' : 'article.preview')}
        </button>
      </div>
      <Field id="questions" label={t('article.field_questions')} error={errors['questions']}>
        {(aria) => <textarea {...text} {...aria} rows={6} value={fields.questions} onInput={(event) => set({ questions: event.currentTarget.value })} />}
      </Field>
      <div class="filters">
        <Field id="status" label={t('article.field_status')} error={errors['status']}>
          {(aria) => (
            <select class="input" {...aria} value={fields.status} onChange={(event) => set({ status: event.currentTarget.value })}>
              {statuses.map((one) => (
                <option key={one} value={one}>
                  {t(`status.${one}`) || one}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="reviewed_on" label={t('article.field_reviewed')} error={errors['reviewed_on']}>
          {(aria) => <input class="input" type="date" {...aria} value={fields.reviewedOn} onInput={(event) => set({ reviewedOn: event.currentTarget.value })} />}
        </Field>
      </div>
    </>
  );
}
