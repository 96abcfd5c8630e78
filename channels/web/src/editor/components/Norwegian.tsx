/** The Norwegian text, to read beside its translation. */
import { Markdown } from '../../shared/components/Markdown';
import { PlainText } from '../../shared/components/PlainText';
import { t } from '../../shared/staff/i18n';
import type { Version } from '../api';

export function Norwegian({ version }: { version: Version | null }) {
  return (
    <section class="stack norwegian" lang="nb" dir="ltr" aria-label={t('article.norwegian')}>
      <h3>{t('article.norwegian')}</h3>
      {version && (
        <>
          <p>
            <strong>{version.title}</strong>
          </p>
          <div>
            <PlainText text={version.answer} />
          </div>
          <Markdown source={version.body} lang="nb" dir="ltr" />
          <ul>
            {version.questions.map((question) => (
              <li key={question}>{question}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
