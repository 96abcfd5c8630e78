/** Who answers now: waiting, a person, or nobody any more; and whether the line is up. */
import { t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';

export function StateBanner({ talk, onOpen }: { talk: Talk; onOpen: (open: Open) => void }) {
  const { state, counsellor, queue_position: place, estimate_minutes: estimate } = talk.state.value;
  return (
    <div class="banners">
      <div role="status">
        {state === 'waiting' && (
          <div class="note">
            <p>
              <strong>{t('state.waiting')}</strong> {place ? t('state.place', { place }) : ''}{' '}
              {estimate ? t('state.estimate', { from: estimate[0], to: estimate[1] }) : ''}
            </p>
          </div>
        )}
        {state === 'human' && (
          <p class="note">
            <strong>{counsellor ? t('state.human', { name: counsellor }) : t('state.human_unnamed')}</strong>
          </p>
        )}
        {state === 'closed' && (
          <div class="note">
            <p>
              <strong>{t('state.closed')}</strong>
            </p>
            <p class="small">{t('state.closed_hint')}</p>
          </div>
        )}
        {talk.lost.value && <p class="note warn">{t('connection.lost')}</p>}
      </div>
      {state === 'waiting' && (
        <button type="button" class="button quiet" onClick={() => onOpen({ what: 'waiting' })}>
          {t('waiting.title')}
        </button>
      )}
    </div>
  );
}
