/** Tries a question against what is published: what the robot would do, and the top hits. */
import { useState } from 'preact/hooks';
import { LANGUAGES, directionOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import { search, type SearchAnswer } from '../api';

export function TryQuestion({ municipality }: { municipality: string }) {
  const [question, setQuestion] = useState('');
  const [language, setLanguage] = useState('nb');
  const [answer, setAnswer] = useState<SearchAnswer | null>(null);
  const [failed, setFailed] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!question.trim()) return;
    setFailed(false);
    try {
      setAnswer(await search(question.trim(), municipality, language));
    } catch {
      setFailed(true);
    }
  };
  return (
    <section class="stack try" aria-labelledby="try-heading">
      <h2 id="try-heading">{t('try.title')}</h2>
      <form class="filters" onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for="try-question">{t('try.label')}</label>
          <input id="try-question" class="input" dir="auto" value={question} onInput={(event) => setQuestion(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="try-language">{t('side.language')}</label>
          <select id="try-language" class="input" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {LANGUAGES.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button">
          {t('try.submit')}
        </button>
      </form>
      <div role="status" class="stack">
        {failed && <p class="note bad">{t('try.failed')}</p>}
        {answer && <p class="note">{t(`try.${answer.decision}`)}</p>}
        {answer && (
          <ol>
            {answer.results.map((hit) => (
              <li key={hit.article_id}>
                <a href={`#${encodeURIComponent(hit.article_id)}`} lang={hit.language} dir={directionOf(hit.language)}>
                  {hit.title}
                </a>{' '}
                <span class="muted">{Math.round(hit.confidence * 100)}&nbsp;%</span>
                <p class="small muted" lang={hit.language} dir={directionOf(hit.language)}>
                  {hit.snippet}
                </p>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
