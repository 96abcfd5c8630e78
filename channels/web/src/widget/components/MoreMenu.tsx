/** The rest: other ways to help, coming back, the talk on paper, larger text, leaving, deleting. */
import { useRef, useState } from 'preact/hooks';
import { useOutside } from '../../shared/useOutside';
import { transcript } from '../api';
import { download, print } from '../files';
import { t } from '../i18n';
import { storedSize } from '../remember';
import type { Talk } from '../talk';
import { SIZES, chooseSize } from '../textSize';
import type { Open } from './App';
import { QuickExit } from './QuickExit';

const OTHERS = [
  ['callback', 'callback.open'],
  ['courses', 'courses.open'],
  ['code', 'resume.get'],
  ['enter', 'enter.open'],
] as const;

export function MoreMenu({ talk, onOpen }: { talk: Talk; onOpen: (open: Open) => void }) {
  const [shown, setShown] = useState(false);
  const [failed, setFailed] = useState(false);
  const [size, setSize] = useState(storedSize);
  const box = useOutside(shown, () => setShown(false));
  const button = useRef<HTMLButtonElement>(null);

  const fetchIt = async (format: 'html' | 'txt', use: (text: string) => void) => {
    const session = talk.session.value;
    if (!session) return;
    setFailed(false);
    try {
      use(await transcript(session, format));
    } catch {
      setFailed(true);
    }
  };
  const openOne = (what: 'callback' | 'courses' | 'code' | 'enter' | 'delete') => {
    setShown(false);
    button.current?.focus();
    onOpen({ what });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !shown) return;
    event.preventDefault();
    setShown(false);
    button.current?.focus();
  };

  return (
    <div class="more" ref={box} onKeyDown={onKeyDown}>
      <button ref={button} type="button" class="button" aria-expanded={shown} aria-controls="more-list" onClick={() => setShown(!shown)}>
        {t('menu.more')}
      </button>
      <div id="more-list" class="more-list" hidden={!shown}>
        <fieldset class="sizes">
          <legend>{t('menu.text_size')}</legend>
          <div class="row">
            {SIZES.map((one) => (
              <button
                key={one}
                type="button"
                class="button"
                aria-pressed={one === size}
                onClick={() => {
                  chooseSize(one);
                  setSize(one);
                }}
              >
                {one}&nbsp;%
              </button>
            ))}
          </div>
        </fieldset>
        <QuickExit talk={talk} />
        {OTHERS.map(([what, key]) => (
          <button key={what} type="button" class="button" onClick={() => openOne(what)}>
            {t(key)}
          </button>
        ))}
        <button type="button" class="button" onClick={() => void fetchIt('html', print)}>
          {t('menu.print')}
        </button>
        <button type="button" class="button" onClick={() => void fetchIt('html', (text) => download('naer.html', text, 'text/html;charset=utf-8'))}>
          {t('menu.download_html')}
        </button>
        <button type="button" class="button" onClick={() => void fetchIt('txt', (text) => download('naer.txt', text, 'text/plain;charset=utf-8'))}>
          {t('menu.download_txt')}
        </button>
        <button type="button" class="button deleting" onClick={() => openOne('delete')}>
          {t('menu.delete')}
        </button>
        <p role="status" class="small">
          {failed ? t('menu.failed') : ''}
        </p>
      </div>
    </div>
  );
}
