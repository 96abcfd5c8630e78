/** Buttons to answer with; after use they stay to be read, but cannot be pressed. */
import { useState } from 'preact/hooks';
import { directionOf } from '../../shared/languages';
import type { Choice } from '../../shared/types';
import { t } from '../i18n';
import type { Talk } from '../talk';

interface Props {
  talk: Talk;
  choices: Choice[];
  language: string;
  enabled: boolean;
}

export function Choices({ talk, choices, language, enabled }: Props) {
  const [used, setUsed] = useState<string | null>(null);
  return (
    <div role="group" aria-label={t('choices.label')} class="choices" lang={language} dir={directionOf(language)}>
      {choices.map((choice) => (
        <button
          key={choice.payload}
          type="button"
          class="button"
          aria-disabled={!enabled}
          onClick={() => {
            if (!enabled) return;
            setUsed(choice.payload);
            talk.choose(choice);
          }}
        >
          {used === choice.payload && <span aria-hidden="true">✓</span>}
          {choice.title}
        </button>
      ))}
    </div>
  );
}
