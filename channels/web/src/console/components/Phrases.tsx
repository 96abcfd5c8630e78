/** Ready phrases: shown in Norwegian, sent in the relative's language, when one says so. */
import { useEffect, useState } from 'preact/hooks';
import { directionOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import { fetchPhrases, type Phrase } from '../api';
import type { OpenTalk } from '../openTalk';
import { InsertButton } from './InsertButton';

interface Props {
  talk: OpenTalk;
  language: string;
  enabled: boolean;
  onPrepared: () => void;
}

export function Phrases({ talk, language, enabled, onPrepared }: Props) {
  const [phrases, setPhrases] = useState<Phrase[]>([]);
  const [wanted, setWanted] = useState('');
  useEffect(() => {
    fetchPhrases(language)
      .then(setPhrases)
      .catch(() => setPhrases([]));
  }, [language]);
  const needle = wanted.trim().toLowerCase();
  const shown = phrases.filter(({ title, text_nb }) => `${title} ${text_nb}`.toLowerCase().includes(needle));
  return (
    <section class="stack">
      <h2>{t('phrases.title')}</h2>
      <div class="field">
        <label for="phrase-search">{t('phrases.search')}</label>
        <input id="phrase-search" class="input" type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
      </div>
      <ul class="plain-list">
        {shown.map((phrase) => (
          <li key={phrase.phrase_id} class="pick row">
            <div>
              <strong>{phrase.title}</strong>
              <p class="small">{phrase.text_nb}</p>
              {phrase.text !== phrase.text_nb && (
                <p class="small muted" lang={language} dir={directionOf(language)}>
                  {phrase.text}
                </p>
              )}
            </div>
            <InsertButton
              talk={talk}
              title={phrase.title}
              enabled={enabled}
              ready={() => ({ body: { phrase_id: phrase.phrase_id }, title: phrase.title, text: phrase.text, language, norwegian: phrase.text_nb })}
              onPrepared={onPrepared}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
