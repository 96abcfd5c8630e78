/** Shows the login until somebody is in, and turns away those whose role does not fit. */
import type { ComponentChildren } from 'preact';
import { logout, me, type Me } from './auth';
import { t } from './i18n';
import { LoginForm } from './LoginForm';

interface Props {
  title: string;
  roles: ReadonlyArray<Me['role']>;
  children: ComponentChildren;
}

export function Gate({ title, roles, children }: Props) {
  const who = me.value;
  if (who === undefined) return <p class="login muted">{t('staff.loading')}</p>;
  if (who === null) return <LoginForm title={title} />;
  if (!roles.includes(who.role)) {
    return (
      <main class="login stack">
        <h1>{title}</h1>
        <p class="note warn">{t('login.not_yours', { name: who.name })}</p>
        <button type="button" class="button" onClick={() => void logout()}>
          {t('staff.logout')}
        </button>
      </main>
    );
  }
  return <>{children}</>;
}
