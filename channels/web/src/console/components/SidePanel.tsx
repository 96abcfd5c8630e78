/** Beside the talk in hand: summary, reminders, notes, suggested articles, phrases. */
import { directionOf, nameOf } from '../../shared/languages';
import { t } from '../../shared/staff/i18n';
import type { Detail } from '../api';
import { readyArticle, type OpenTalk } from '../openTalk';
import { isCrisis, isMe } from '../people';
import { themeName } from '../themes';
import { InsertButton } from './InsertButton';
import { Notes } from './Notes';
import { Phrases } from './Phrases';

export function SidePanel({ talk, onPrepared }: { talk: OpenTalk | null; onPrepared: () => void }) {
  const detail = talk?.detail.value;
  if (!talk || !detail) {
    return (
      <aside class="column side" aria-label={t('console.pane_side')}>
        <p class="muted">{t('side.none')}</p>
      </aside>
    );
  }
  const mine = detail.state === 'human' && isMe(detail.claimed_by);
  return (
    <aside class="column side stack" aria-label={t('console.pane_side')}>
      <About detail={detail} />
      <Suggestions talk={talk} enabled={mine} onPrepared={onPrepared} />
      <Notes talk={talk} notes={detail.notes ?? []} />
      <Phrases talk={talk} language={detail.language} enabled={mine} onPrepared={onPrepared} />
    </aside>
  );
}

function About({ detail }: { detail: Detail }) {
  const duty = detail.duty_to_report ?? isCrisis(detail);
  return (
    <section class="stack">
      <h2>{t('side.about')}</h2>
      <dl class="facts">
        <dt>{t('side.language')}</dt>
        <dd>{nameOf(detail.language)}</dd>
        <dt>{t('side.theme')}</dt>
        <dd>{themeName(detail.theme) || '–'}</dd>
        <dt>{t('side.summary')}</dt>
        <dd dir="auto" class="para">
          {detail.summary || t('side.no_summary')}
        </dd>
      </dl>
      {!['nb', 'nn', 'en'].includes(detail.language) && <p class="note small">{t('side.interpreter')}</p>}
      <details open={duty} class={duty ? 'note warn' : ''}>
        <summary>{t('side.duty_title')}</summary>
        <p class="small">{t('side.duty')}</p>
      </details>
    </section>
  );
}

interface SuggestionsProps {
  talk: OpenTalk;
  enabled: boolean;
  onPrepared: () => void;
}

function Suggestions({ talk, enabled, onPrepared }: SuggestionsProps) {
  const found = talk.suggestions.value;
  return (
    <section class="stack">
      <h2>{t('side.articles')}</h2>
      {found.length === 0 && <p class="muted">{t('side.no_articles')}</p>}
      <ul class="plain-list">
        {found.map((one) => (
          <li key={one.article_id} class="row pick">
            <details>
              <summary>{one.norwegian?.title ?? one.title}</summary>
              {one.text && one.language !== 'nb' && (
                <p class="small para" lang={one.language ?? undefined} dir={directionOf(one.language ?? 'nb')}>
                  {one.text}
                </p>
              )}
              {one.machine_translated && <p class="small muted">{t('translate.machine')}</p>}
              <p class="small muted para" lang="nb" dir="ltr">
                {one.norwegian?.text ?? one.snippet ?? one.text ?? ''}
              </p>
            </details>
            {one.staff_only ? (
              <span class="tag quiet-tag">{t('side.staff_only')}</span>
            ) : (
              <InsertButton talk={talk} title={one.title} enabled={enabled} ready={() => readyArticle(one)} onPrepared={onPrepared} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
