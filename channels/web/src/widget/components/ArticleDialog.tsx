/** The whole article, in the reader's language, in a dialog. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import { Markdown } from '../../shared/components/Markdown';
import { dateText } from '../../shared/dates';
import { directionOf } from '../../shared/languages';
import { safeUrl } from '../../shared/links';
import type { Article } from '../../shared/types';
import { fetchArticle } from '../api';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';

export function ArticleDialog({ talk, id, onClose }: { talk: Talk; id: string; onClose: () => void }) {
  const [article, setArticle] = useState<Article | null>(null);
  const [failed, setFailed] = useState(false);
  const language = i18n.language.value;

  useEffect(() => {
    fetchArticle(id, talk.municipality, language)
      .then(setArticle)
      .catch(() => setFailed(true));
  }, [id, language]);

  const lang = article?.source_language ?? article?.language ?? language;
  const dir = directionOf(lang);
  const links = (article?.links ?? []).filter(({ url }) => safeUrl(url));
  return (
    <Dialog title={article?.title ?? t('article.loading')} closeLabel={t('dialog.close')} onClose={onClose} lang={article ? lang : undefined} dir={article ? dir : undefined}>
      <div class="stack">
        {failed && (
          <p role="alert" class="note bad">
            {t('article.failed')}
          </p>
        )}
        {article && <Markdown source={article.body || article.answer || ''} lang={lang} dir={dir} />}
        {links.length > 0 && (
          <ul lang={lang} dir={dir}>
            {links.map(({ title, url }) => (
              <li key={url}>
                <a href={url} target="_blank" rel="noopener noreferrer">
                  {title}
                </a>
              </li>
            ))}
          </ul>
        )}
        {article?.reviewed_on && <p class="small muted">{t('article.reviewed', { date: dateText(article.reviewed_on, language) })}</p>}
        <div class="row end">
          <button type="button" class="button" onClick={onClose}>
            {t('dialog.close')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
