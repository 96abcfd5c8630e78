/** The language menu: each language by its own name. */
import { LANGUAGES, directionOf } from '../../shared/languages';
import type { Municipality } from '../../shared/types';
import { changeLanguage } from '../actions';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';

export function LanguageMenu({ talk, municipality }: { talk: Talk; municipality: Municipality }) {
  const current = i18n.language.value;
  const known = municipality.languages ?? [];
  const offered = LANGUAGES.filter(({ code }) => known.length === 0 || known.includes(code) || code === current);
  return (
    <label class="language">
      <span class="visually-hidden">{t('language.label')}</span>
      <span aria-hidden="true" class="globe">
        <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.7">
          <circle cx="12" cy="12" r="9" />
          <path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />
        </svg>
      </span>
      <select class="input" value={current} onChange={(event) => void changeLanguage(talk, event.currentTarget.value)}>
        {offered.map(({ code, name }) => (
          <option key={code} value={code} lang={code} dir={directionOf(code)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
