/** The staff's own choice of language for the pages. */
import { LANGUAGES } from '../languages';
import { chooseLanguage, i18n, t } from './i18n';

export function StaffLanguage() {
  return (
    <label class="staff-language">
      <span class="visually-hidden">{t('staff.language')}</span>
      <select class="input" value={i18n.language.value} onChange={(event) => chooseLanguage(event.currentTarget.value)}>
        {LANGUAGES.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
