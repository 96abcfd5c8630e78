/** The parts that may be passed on: each can be changed, and struck. */
import { t } from '../i18n';
import { FIXED, type Kept } from '../passedOn';

interface Props {
  parts: Kept[];
  onChange: (parts: Kept[]) => void;
  loading: boolean;
}

export function HandoffParts({ parts, onChange, loading }: Props) {
  if (!loading && parts.length === 0) return null;
  const change = (index: number, values: Partial<Kept>) => onChange(parts.map((part, at) => (at === index ? { ...part, ...values } : part)));
  return (
    <fieldset class="plain-fieldset stack" aria-busy={loading}>
      <legend class="label">{t('handoff.parts')}</legend>
      {parts.map((part, index) => (
        <div key={part.part} class={part.kept ? 'part' : 'part struck'}>
          <label class="row check">
            <input type="checkbox" checked={part.kept} onChange={(event) => change(index, { kept: event.currentTarget.checked })} />
            <span>
              <strong>{part.title}</strong>
              {FIXED.includes(part.part) && <>: {part.text}</>}
            </span>
          </label>
          {!FIXED.includes(part.part) && part.kept && (
            <textarea class="input" rows={Math.min(6, Math.max(2, Math.ceil(part.text.length / 40)))} dir="auto" maxLength={1000} aria-label={part.title} value={part.text} onInput={(event) => change(index, { text: event.currentTarget.value })} />
          )}
        </div>
      ))}
      <p class="hint small muted">{t('handoff.parts_hint')}</p>
    </fieldset>
  );
}
