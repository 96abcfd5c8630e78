/** The truth about who is there now; and where nobody is, what else can be done. */
import { dateTimeText } from '../../shared/dates';
import type { Prospect } from '../api';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import type { Open } from './App';

interface Props {
  talk: Talk;
  prospect: Prospect;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

const HELPLINES = '/choose_article{"article_id": "helplines"}';

export function Unattended({ talk, prospect, onOpen, onClose }: Props) {
  const { open_now: open, counsellor_available: there, next_opening: next } = prospect;
  if (open && there) return <p class="note">{t('handoff.there')}</p>;
  const opening = dateTimeText(next, i18n.language.value);
  const truth = open ? t('handoff.nobody') : opening ? t('handoff.closed_until', { opening }) : t('handoff.closed');
  return (
    <div class="note warn stack">
      <p>{truth}</p>
      <ul class="ways">
        <li>
          <button type="button" class="button" onClick={() => onOpen({ what: 'callback' })}>
            {t('callback.open')}
          </button>
        </li>
        <li>
          <button
            type="button"
            class="button"
            onClick={() => {
              talk.choose({ title: t('handoff.helplines'), payload: HELPLINES });
              onClose();
            }}
          >
            {t('handoff.helplines')}
          </button>
        </li>
      </ul>
    </div>
  );
}
