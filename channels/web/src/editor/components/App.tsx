/** The editor: the list of articles, or one of them; the address says which (#article-id). */
import { useEffect, useState } from 'preact/hooks';
import { fetchMunicipality } from '../../shared/municipality';
import { logout, me } from '../../shared/staff/auth';
import { Gate } from '../../shared/staff/Gate';
import { t } from '../../shared/staff/i18n';
import { StaffLanguage } from '../../shared/staff/StaffLanguage';
import { mayLeave } from '../leaving';
import { ArticleEditor } from './ArticleEditor';
import { ArticleList } from './ArticleList';
import { TryQuestion } from './TryQuestion';

const inAddress = () => decodeURIComponent(window.location.hash.slice(1));

export function App() {
  const title = t('editor.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <Gate title={title} roles={['editor', 'admin']}>
      <Desk />
    </Gate>
  );
}

function Desk() {
  const [open, setOpen] = useState(inAddress);
  const municipality = me.value?.municipality ?? '';
  const [name, setName] = useState(municipality);

  useEffect(() => {
    const onHash = () => {
      const next = inAddress();
      if (next === open) return;
      if (mayLeave()) setOpen(next);
      else window.location.hash = open;
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [open]);
  useEffect(() => {
    fetchMunicipality(municipality)
      .then((found) => setName(found.name))
      .catch(() => undefined);
  }, [municipality]);

  return (
    <>
      <header class="top">
        <h1>{t('editor.title')}</h1>
        <span>
          {me.value?.name}, {name}
        </span>
        <StaffLanguage />
        <button type="button" class="button" onClick={() => mayLeave() && void logout()}>
          {t('staff.logout')}
        </button>
      </header>
      <main class="editor">
        {open ? <ArticleEditor key={open} id={open} municipality={name} /> : <ArticleList municipality={name} />}
        <TryQuestion municipality={municipality} />
      </main>
    </>
  );
}
