/** One article: its languages, its fields, saving, publishing, and going back. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../shared/http';
import { directionOf, nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import { fetchArticle, publish, revert, saveDraft, type FullArticle } from '../api';
import { fieldsOf, sameFields, textsOf, versionOf, type Fields } from '../form';
import { mayLeave, unsaved } from '../leaving';
import { ArticleFields } from './ArticleFields';
import { LanguageTabs } from './LanguageTabs';
import { LawAndLinks } from './LawAndLinks';
import { Norwegian } from './Norwegian';
import { Revisions } from './Revisions';

type Outcome = { text: string; bad?: boolean } | null;

export function ArticleEditor({ id, municipality }: { id: string; municipality: string }) {
  const [article, setArticle] = useState<FullArticle | null>(null);
  const [language, setLanguage] = useState('nb');
  const [fields, setFields] = useState<Fields | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [busy, setBusy] = useState(false);

  const load = async (which: string) => {
    const fresh = await fetchArticle(id);
    setArticle(fresh);
    setFields(fieldsOf(fresh, which));
  };
  useEffect(() => {
    load(language).catch(() => setOutcome({ text: t('article.load_failed'), bad: true }));
    return () => {
      unsaved.value = false;
    };
  }, []);

  const before = article ? fieldsOf(article, language) : null;
  const dirty = fields !== null && before !== null && !sameFields(fields, before);
  useEffect(() => {
    unsaved.value = dirty;
  }, [dirty]);

  const show = (which: string) => {
    if (!article || which === language || !mayLeave()) return;
    setLanguage(which);
    setFields(fieldsOf(article, which));
    setErrors({});
    setOutcome(null);
  };

  /** Runs a call, tells how it went, and loads the article anew. */
  const run = async (task: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setErrors({});
    setOutcome(null);
    try {
      await task();
      await load(language);
      setOutcome({ text: done });
    } catch (error) {
      const failure = error instanceof ApiError ? error : null;
      if (failure?.status === 422 || failure?.status === 400) {
        setErrors(Object.fromEntries(Object.entries(failure.details).map(([field, message]) => [field, String(message)])));
        setOutcome({ text: Object.keys(failure.details).length > 0 ? t('article.errors') : failure.message || t('article.errors'), bad: true });
      } else setOutcome({ text: t(failure?.status === 409 ? 'article.conflict' : 'staff.failed'), bad: true });
    }
    setBusy(false);
  };
  const save = async () => {
    if (!article || !fields || !before) return;
    await saveDraft(id, {
      language,
      ...textsOf(fields),
      ...(fields.status !== before.status ? { status: fields.status } : {}),
      ...(fields.reviewedOn !== before.reviewedOn ? { reviewed_on: fields.reviewedOn } : {}),
    });
  };
  const saveAndPublish = async () => {
    if (dirty) await save();
    await publish(id);
  };

  if (!article || !fields) return <p role="status">{outcome?.text ?? t('staff.loading')}</p>;
  const version = versionOf(article, language);
  return (
    <section class="stack" aria-labelledby="article-heading">
      <p>
        <a href="#">{t('editor.back')}</a>
      </p>
      <h2 id="article-heading">{versionOf(article, 'nb')?.title ?? id}</h2>
      {article.scope === 'national' && <p class="note">{t('article.national_note', { kommune: municipality })}</p>}
      {article.draft && Object.keys(article.draft).length > 0 && <p class="note warn">{t('article.has_draft')}</p>}
      <LanguageTabs article={article} current={language} onChoose={show} />
      <div id="language-panel" role="tabpanel" aria-labelledby={`tab-${language}`} class={language === 'nb' ? 'sides' : 'sides two'}>
        {language !== 'nb' && <Norwegian version={versionOf(article, 'nb')} />}
        <form
          class="stack"
          aria-label={nameOf(language)}
          onSubmit={(event) => {
            event.preventDefault();
            void run(save, t('article.saved'));
          }}
        >
          {!version && <p class="note">{t('article.missing')}</p>}
          {version?.origin?.startsWith('machine') && !version.approved && <p class="note warn">{t('article.machine')}</p>}
          {version?.stale && <p class="note warn">{t('article.stale')}</p>}
          <ArticleFields fields={fields} language={language} dir={directionOf(language)} errors={errors} onChange={setFields} />
          <p role="status" class={outcome ? (outcome.bad ? 'note bad' : 'note good') : ''}>
            {outcome?.text ?? ''}
          </p>
          <div class="row">
            <button type="submit" class="button" disabled={busy}>
              {t('article.save')}
            </button>
            <button type="button" class="button primary" disabled={busy} onClick={() => void run(saveAndPublish, t('article.published'))}>
              {t('article.publish')}
            </button>
            {dirty && <span class="muted">{t('article.unsaved_mark')}</span>}
          </div>
        </form>
      </div>
      <LawAndLinks article={article} />
      <Revisions article={article} onRevert={(revision) => mayLeave() && void run(() => revert(id, revision), t('revisions.reverted', { n: revision }))} />
    </section>
  );
}
