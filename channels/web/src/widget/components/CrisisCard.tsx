/** The card that comes first when life or safety may be at stake: whom to call, in large targets. */
import { PlainText } from '../../shared/components/PlainText';
import type { Message } from '../../shared/types';
import { i18n, t } from '../i18n';
import type { Talk } from '../talk';
import { QuickExit } from './QuickExit';

interface Props {
  talk: Talk;
  text: string;
  crisis: NonNullable<Message['crisis']>;
}

export function CrisisCard({ talk, text, crisis }: Props) {
  return (
    <div class="stack">
      <h2 class="crisis-title" lang={i18n.language.value}>
        <svg aria-hidden="true" viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2">
          <path d="M12 3 22 20H2Z" />
          <path d="M12 10v5M12 17v1" />
        </svg>
        {t('crisis.title')}
      </h2>
      <PlainText text={text} />
      <ul class="contacts">
        {crisis.contacts.map(({ name, phone }) => (
          <li key={`${name}${phone}`}>
            <a class="contact" href={`tel:${phone.replace(/[^\d+]/g, '')}`}>
              <span>{name}</span>
              <strong dir="ltr">
                <span class="visually-hidden">{t('crisis.call')} </span>
                {phone}
              </strong>
            </a>
          </li>
        ))}
      </ul>
      {crisis.category === 'violence' && (
        <div>
          <QuickExit talk={talk} />
          <p class="small">{t('crisis.quick_exit_hint')}</p>
        </div>
      )}
    </div>
  );
}
