/** The staff's login: e-mail, password, and a one-time code where it is asked for. */
import { useState } from 'preact/hooks';
import { ApiError } from '../http';
import { login } from './auth';
import { t } from './i18n';
import { StaffLanguage } from './StaffLanguage';

export function LoginForm({ title }: { title: string }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const [askOtp, setAskOtp] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!email || !password) return setError('login.missing');
    setBusy(true);
    setError(null);
    try {
      await login(email.trim(), password, otp.trim());
    } catch (problem) {
      const failure = problem instanceof ApiError ? problem : null;
      if (failure?.code.includes('otp')) {
        setAskOtp(true);
        setError(askOtp ? 'login.wrong_otp' : 'login.need_otp');
      } else if (failure?.status === 429) setError('login.too_many');
      else setError(failure && failure.status !== 0 && failure.status < 500 ? 'login.wrong' : 'staff.unreachable');
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
        <h1>{title}</h1>
        <div class="field">
          <label for="login-email">{t('login.email')}</label>
          <input id="login-email" class="input" type="email" autocomplete="username" required value={email} aria-describedby="login-error" onInput={(event) => setEmail(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="login-password">{t('login.password')}</label>
          <input id="login-password" class="input" type="password" autocomplete="current-password" required value={password} aria-describedby="login-error" onInput={(event) => setPassword(event.currentTarget.value)} />
        </div>
        {askOtp && (
          <div class="field">
            <label for="login-otp">{t('login.otp')}</label>
            <input id="login-otp" class="input" inputMode="numeric" autocomplete="one-time-code" value={otp} onInput={(event) => setOtp(event.currentTarget.value)} />
          </div>
        )}
        <p id="login-error" role="alert" class={error ? 'note bad' : ''}>
          {error ? t(error) : ''}
        </p>
        <button type="submit" class="button primary" disabled={busy}>
          {t('login.submit')}
        </button>
        <StaffLanguage />
      </form>
    </main>
  );
}
