/** What the console has to say: a lost line, what was done, and what can be done about it. */
import { t } from '../../shared/staff/i18n';
import type { Desk } from '../desk';

export function Notices({ desk }: { desk: Desk }) {
  const notice = desk.notice.value;
  return (
    <div class="console-notices" role="status">
      {desk.lost.value && <p class="note warn">{t('staff.connection_lost')}</p>}
      {notice && (
        <div class="note row">
          <p>{notice.text}</p>
          <span class="row">
            {notice.action && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  notice.action?.run();
                  desk.notice.value = null;
                }}
              >
                {notice.action.label}
              </button>
            )}
            <button type="button" class="button quiet" onClick={() => (desk.notice.value = null)}>
              {t('dialog.close')}
            </button>
          </span>
        </div>
      )}
    </div>
  );
}
