/** What the relative wrote, in Norwegian, by machine; there only where a translator is configured. */
import { useState } from 'preact/hooks';
import { PlainText } from '../../shared/components/PlainText';
import { me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import type { Message } from '../../shared/types';
import { translate } from '../api';
import type { OpenTalk } from '../openTalk';

const READ_HERE = ['nb', 'nn', 'en'];

export function Translate({ talk, message }: { talk: OpenTalk; message: Message }) {
  const [got, setGot] = useState<{ text: string; language: string } | null>(null);
  const [failed, setFailed] = useState(false);
  if (!me.value?.translator || READ_HERE.includes(message.language)) return null;
  if (got) {
    return (
      <div class="translated" lang={got.language} dir="ltr">
        <p class="small muted">{t('translate.machine')}</p>
        <PlainText text={got.text} />
      </div>
    );
  }
  return (
    <p class="row">
      <button
        type="button"
        class="button quiet small"
        onClick={() => {
          setFailed(false);
          translate(talk.id, message.seq)
            .then(setGot)
            .catch(() => setFailed(true));
        }}
      >
        {t('translate.read')}
      </button>
      <span role="alert">{failed ? t('translate.failed') : ''}</span>
    </p>
  );
}
