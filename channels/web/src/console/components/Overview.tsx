/** For whoever leads the service: how long people wait, who is on duty, what it is about. Never a text. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../shared/staff/i18n';
import { fetchOverview, type Overview as Figures } from '../otherApi';
import { themeName } from '../themes';
import { Bars } from './Bars';
import { Statistics } from './Statistics';

const EVERY = 30_000;

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 60) return t('overview.seconds', { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return t('overview.minutes', { n: minutes });
  return t('overview.hours', { n: Math.round(minutes / 60) });
}

export function Overview() {
  const [figures, setFigures] = useState<Figures | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const load = () =>
      void fetchOverview()
        .then((got) => {
          setFigures(got);
          setFailed(false);
        })
        .catch(() => setFailed(true));
    load();
    const timer = setInterval(load, EVERY);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="page stack">
      <h2>{t('overview.title')}</h2>
      {failed && (
        <p role="alert" class="note bad">
          {t('overview.failed')}
        </p>
      )}
      {figures && <Now figures={figures} />}
      <Statistics />
    </main>
  );
}

function Now({ figures }: { figures: Figures }) {
  const tiles: Array<[string, string]> = [
    ['overview.waiting', String(figures.waiting)],
    ['overview.longest', duration(figures.longest_wait_seconds)],
    ['overview.median', duration(figures.p50_wait_seconds)],
    ['overview.nine_in_ten', duration(figures.p90_wait_seconds)],
  ];
  return (
    <>
      <dl class="tiles">
        {tiles.map(([key, value]) => (
          <div key={key} class="tile">
            <dt>{t(key)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {figures.days !== undefined && <p class="small muted">{t('overview.days', { n: figures.days })}</p>}
      <div class="two-up">
        <section class="stack">
          <h3>{t('overview.counsellors')}</h3>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('overview.name')}</th>
                <th scope="col">{t('presence.label')}</th>
                <th scope="col">{t('overview.active')}</th>
              </tr>
            </thead>
            <tbody>
              {figures.counsellors.map(({ name, presence, active }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>{t(`presence.${presence}`) || presence}</td>
                  <td>{active}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Bars title={t('overview.by_theme')} counts={figures.by_theme} label={(theme) => themeName(theme) || t('statistics.none')} />
        <Bars title={t('overview.by_hour')} counts={figures.by_hour} label={(hour) => `${hour.padStart(2, '0')}–${String((Number(hour) + 1) % 24).padStart(2, '0')}`} />
      </div>
    </>
  );
}
