/** Beside the talk: summary, reminders, notes, suggested articles, phrases. */
import { nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { OpenTalk } from '../openTalk';
import { isCrisis, isMe } from '../people';
import { themeName } from '../themes';
import { Notes } from './Notes';
import { Phrases } from './Phrases';

export function SidePanel({ talk, onSent }: { talk: OpenTalk | null; onSent: () => void }) {
  const detail = talk?.detail.value;
  if (!talk || !detail) {
    return (
      <aside class="column side" aria-label={t('console.pane_side')}>
        <p class="muted">{t('side.none')}</p>
      </aside>
    );
  }
  const mine = isMe(detail.claimed_by);
  const articles = detail.suggested_articles ?? [];
  return (
    <aside class="column side stack" aria-label={t('console.pane_side')}>
      <section class="stack">
        <h2>{t('side.about')}</h2>
        <dl class="facts">
          <dt>{t('side.language')}</dt>
          <dd>{nameOf(detail.language)}</dd>
          <dt>{t('side.theme')}</dt>
          <dd>{themeName(detail.theme) || '–'}</dd>
          <dt>{t('side.summary')}</dt>
          <dd dir="auto">{detail.summary || t('side.no_summary')}</dd>
        </dl>
        {!['nb', 'nn', 'en'].includes(detail.language) && <p class="note small">{t('side.interpreter')}</p>}
        <details open={isCrisis(detail)}>
          <summary>{t('side.duty_title')}</summary>
          <p class="small">{t('side.duty')}</p>
        </details>
      </section>
      <Notes talk={talk} notes={detail.notes ?? []} />
      <section class="stack">
        <h2>{t('side.articles')}</h2>
        {articles.length === 0 && <p class="muted">{t('side.no_articles')}</p>}
        <ul class="plain-list">
          {articles.map(({ article_id, title }) => (
            <li key={article_id} class="row pick">
              <span>{title}</span>
              <button
                type="button"
                class="button"
                disabled={!mine}
                aria-label={t('side.send_named', { title })}
                onClick={() => {
                  talk.send({ article_id }, title);
                  onSent();
                }}
              >
                {t('side.send')}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Phrases talk={talk} language={detail.language} enabled={mine} onSent={onSent} />
    </aside>
  );
}
