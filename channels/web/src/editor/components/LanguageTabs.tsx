/** One tab per language; arrow keys move between them. */
import { LANGUAGES } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { FullArticle } from '../api';
import { versionOf } from '../form';

interface Props {
  article: FullArticle;
  current: string;
  onChoose: (language: string) => void;
}

export function LanguageTabs({ article, current, onChoose }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = LANGUAGES.findIndex(({ code }) => code === current);
    const next = LANGUAGES[(at + step + LANGUAGES.length) % LANGUAGES.length];
    if (!next) return;
    onChoose(next.code);
    document.getElementById(`tab-${next.code}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t('article.languages')} onKeyDown={onKeyDown}>
      {LANGUAGES.map(({ code, name }) => {
        const version = versionOf(article, code);
        const mark = !version ? '–' : version.stale ? '!' : version.approved === false ? '?' : '';
        const meaning = !version ? t('article.missing') : version.stale ? t('article.stale') : version.approved === false ? t('article.machine') : '';
        return (
          <button
            key={code}
            id={`tab-${code}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={code === current}
            aria-controls="language-panel"
            tabIndex={code === current ? 0 : -1}
            title={meaning}
            onClick={() => onChoose(code)}
          >
            <span lang={code}>{name}</span>
            {mark && (
              <>
                <span aria-hidden="true"> {mark}</span>
                <span class="visually-hidden"> ({meaning})</span>
              </>
            )}
          </button>
        );
      })}
    </div>
  );
}
