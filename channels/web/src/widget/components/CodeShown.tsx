/** A code in large letters, to write down or copy. */
import { useState } from 'preact/hooks';
import { t } from '../i18n';

export function CodeShown({ code }: { code: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard
      ?.writeText(code)
      .then(() => setCopied(true))
      .catch(() => undefined);
  };
  return (
    <div class="row code-row">
      <strong class="code" dir="ltr" translate={false}>
        {code}
      </strong>
      {'clipboard' in navigator && (
        <button type="button" class="button" onClick={copy}>
          {t('code.copy')}
        </button>
      )}
      <span role="status">{copied ? t('code.copied') : ''}</span>
    </div>
  );
}
