/** One's own menu: languages, teams, how many talks at once, sound and browser notices, language of the page, out. */
import { useRef, useState } from 'preact/hooks';
import { LANGUAGES } from '../../shared/languages';
import { logout, me } from '../../shared/staff/auth';
import { t } from '../../shared/staff/i18n';
import { useOutside } from '../../shared/useOutside';
import { StaffLanguage } from '../../shared/staff/StaffLanguage';
import { setPresence } from '../api';
import { ring } from '../alarm';
import type { Desk } from '../desk';
import { canNotify, notifying, setNotifying, sound } from '../prefs';
import { TEAMS, themeName } from '../themes';

const MOST = 50;

export function MyMenu({ desk }: { desk: Desk | null }) {
  const [shown, setShown] = useState(false);
  const box = useOutside(shown, () => setShown(false));
  const button = useRef<HTMLButtonElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !shown) return;
    event.preventDefault();
    setShown(false);
    button.current?.focus();
  };
  const leave = async () => {
    if (desk) await setPresence('away').catch(() => undefined);
    await logout();
  };
  return (
    <div class="my-menu" ref={box} onKeyDown={onKeyDown}>
      <button ref={button} type="button" class="button" aria-expanded={shown} aria-controls="my-settings" onClick={() => setShown(!shown)}>
        <span class="who">{me.value?.name}</span>
        <span aria-hidden="true">▾</span>
        <span class="visually-hidden">: {t('mine.title')}</span>
      </button>
      <div id="my-settings" class="my-settings stack" hidden={!shown}>
        {desk && me.value?.capacity !== undefined && <SkillsForm desk={desk} />}
        {desk && <NoticeSettings />}
        <div class="row">
          <StaffLanguage />
          <button type="button" class="button" onClick={() => void leave()}>
            {t('staff.logout')}
          </button>
        </div>
      </div>
    </div>
  );
}

function NoticeSettings() {
  return (
    <fieldset class="plain-fieldset">
      <legend class="label">{t('mine.notices')}</legend>
      <label class="row check">
        <input
          type="checkbox"
          checked={sound.value.value}
          onChange={(event) => {
            sound.set(event.currentTarget.checked);
            if (event.currentTarget.checked) ring(false);
          }}
        />
        <span>{t('mine.sound')}</span>
      </label>
      {canNotify && (
        <label class="row check">
          <input type="checkbox" checked={notifying.value} onChange={(event) => void setNotifying(event.currentTarget.checked)} />
          <span>{t('mine.browser')}</span>
        </label>
      )}
      <p class="small muted">{t('mine.notices_hint')}</p>
    </fieldset>
  );
}

function SkillsForm({ desk }: { desk: Desk }) {
  const [languages, setLanguages] = useState(me.value?.languages ?? []);
  const [teams, setTeams] = useState(me.value?.teams ?? []);
  const [capacity, setCapacity] = useState(String(me.value?.capacity ?? ''));
  const [said, setSaid] = useState<'mine.saved' | 'staff.failed' | null>(null);
  const toggled = (list: string[], value: string, on: boolean) => (on ? [...list, value] : list.filter((one) => one !== value));
  const save = async (event: Event) => {
    event.preventDefault();
    const most = Number(capacity);
    const skills = { languages, teams, capacity: most >= 1 ? Math.min(MOST, Math.round(most)) : null };
    try {
      await setPresence(desk.status.value, skills);
      if (me.value) me.value = { ...me.value, ...skills };
      setSaid('mine.saved');
    } catch {
      setSaid('staff.failed');
    }
  };
  const boxes = (all: ReadonlyArray<{ value: string; label: string; lang?: string }>, chosen: string[], set: (list: string[]) => void) =>
    all.map(({ value, label, lang }) => (
      <label key={value} class="row check">
        <input type="checkbox" checked={chosen.includes(value)} onChange={(event) => set(toggled(chosen, value, event.currentTarget.checked))} />
        <span lang={lang}>{label}</span>
      </label>
    ));
  return (
    <form class="stack" onSubmit={(event) => void save(event)}>
      <p class="small muted">{t('mine.none_means_all')}</p>
      <fieldset class="plain-fieldset">
        <legend class="label">{t('mine.languages')}</legend>
        <div class="boxes">{boxes(LANGUAGES.map(({ code, name }) => ({ value: code, label: name, lang: code })), languages, setLanguages)}</div>
      </fieldset>
      <fieldset class="plain-fieldset">
        <legend class="label">{t('mine.teams')}</legend>
        <div class="boxes">{boxes(TEAMS.map((team) => ({ value: team, label: themeName(team) })), teams, setTeams)}</div>
      </fieldset>
      <div class="field">
        <label for="my-capacity">{t('mine.capacity')}</label>
        <input id="my-capacity" class="input" type="number" min={1} max={MOST} value={capacity} aria-describedby="my-capacity-hint" onInput={(event) => setCapacity(event.currentTarget.value)} />
        <p id="my-capacity-hint" class="hint">
          {t('mine.capacity_hint')}
        </p>
      </div>
      <div class="row">
        <button type="submit" class="button primary">
          {t('mine.save')}
        </button>
        <span role="status">{said ? t(said) : ''}</span>
      </div>
    </form>
  );
}
