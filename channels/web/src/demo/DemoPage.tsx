/** The demo page itself: header, bread crumbs, an article for relatives, footer. */
import { useEffect } from 'preact/hooks';
import { LANGUAGES, directionOf } from '../shared/languages';
import type { Municipality } from '../shared/types';
import { i18n, t } from './i18n';

function LanguageLinks() {
  return (
    <nav aria-label={t('language.label')} class="demo-languages">
      {LANGUAGES.map(({ code, name }) => (
        <a key={code} href={`?language=${code}`} lang={code} dir={directionOf(code)} aria-current={code === i18n.language.value ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

export function DemoPage({ municipality }: { municipality: Municipality }) {
  const name = municipality.name;
  useEffect(() => {
    document.title = `${t('demo.title')} – ${name}`;
  }, [name]);
  return (
    <>
      <a class="skip" href="#content">
        {t('demo.skip')}
      </a>
      <header>
        <p class="demo-mark">{t('demo.mark', { municipality: name })}</p>
        <div class="demo-head">
        <p class="demo-name">{t('demo.municipality', { municipality: name })}</p>
        <nav aria-label={t('demo.menu')}>
          <ul>
            {['services', 'health', 'contact'].map((key) => (
              <li key={key}>
                <a href="#content">{t(`demo.menu_${key}`)}</a>
              </li>
            ))}
          </ul>
        </nav>
        </div>
      </header>
      <main id="content" class="demo-main">
        <nav aria-label={t('demo.crumbs')} class="demo-crumbs small">
          <ol>
            <li>{t('demo.crumb_home')}</li>
            <li>{t('demo.menu_health')}</li>
            <li aria-current="page">{t('demo.title')}</li>
          </ol>
        </nav>
        <h1>{t('demo.title')}</h1>
        <p class="demo-lead">{t('demo.lead')}</p>
        <h2>{t('demo.h_who')}</h2>
        <p>{t('demo.p_who')}</p>
        <h2>{t('demo.h_help')}</h2>
        <ul>
          {['talk', 'relief', 'courses', 'peers', 'children'].map((key) => (
            <li key={key}>{t(`demo.help_${key}`)}</li>
          ))}
        </ul>
        <h2>{t('demo.h_chat')}</h2>
        <p>{t('demo.p_chat')}</p>
        <h2>{t('demo.h_self')}</h2>
        <p>{t('demo.p_self')}</p>
        <LanguageLinks />
      </main>
      <footer class="demo-foot">
        <p>{t('demo.foot', { municipality: name })}</p>
      </footer>
    </>
  );
}
