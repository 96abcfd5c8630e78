/** The Norwegian original of a translated answer, one click away. */
import { useState } from 'preact/hooks';
import { PlainText } from '../../shared/components/PlainText';
import type { Article } from '../../shared/types';
import { fetchArticle } from '../api';
import { t } from '../i18n';
import type { Talk } from '../talk';

export function Original({ talk, id }: { talk: Talk; id: string }) {
  const [article, setArticle] = useState<Article | null>(null);
  const [failed, setFailed] = useState(false);
  const onToggle = (open: boolean) => {
    if (!open || article) return;
    setFailed(false);
    fetchArticle(id, talk.municipality, 'nb')
      .then(setArticle)
      .catch(() => setFailed(true));
  };
  return (
    <details class="original" onToggle={(event) => onToggle(event.currentTarget.open)}>
      <summary>{t('answer.show_original')}</summary>
      {failed && <p role="alert">{t('article.failed')}</p>}
      {article && (
        <div lang="nb" dir="ltr" class="paras">
          <p>
            <strong>{article.title}</strong>
          </p>
          <PlainText text={article.answer || article.body || ''} />
        </div>
      )}
    </details>
  );
}
