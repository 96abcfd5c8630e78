/** Puts a ready text into the composer; it is sent when the counsellor says so. */
import { t } from '../../shared/staff/i18n';
import type { OpenTalk } from '../openTalk';

interface Props {
  talk: OpenTalk;
  title: string;
  enabled: boolean;
  ready: () => OpenTalk['ready']['value'];
  onPrepared: () => void;
}

export function InsertButton({ talk, title, enabled, ready, onPrepared }: Props) {
  return (
    <button
      type="button"
      class="button"
      disabled={!enabled}
      aria-label={t('side.insert_named', { title })}
      onClick={() => {
        talk.ready.value = ready();
        onPrepared();
      }}
    >
      {t('side.insert')}
    </button>
  );
}
