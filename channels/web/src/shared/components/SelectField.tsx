/** A labelled list to choose one of; the languages stand in their own names. */
import { LANGUAGES } from '../languages';

export type Option = readonly [value: string, label: string];

interface Props {
  id: string;
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  /** Are the options languages, to be read out each in its own? */
  languages?: boolean;
}

export const LANGUAGE_OPTIONS: readonly Option[] = LANGUAGES.map(({ code, name }) => [code, name] as const);

export function SelectField({ id, label, value, options, onChange, languages }: Props) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([one, name]) => (
          <option key={one} value={one} lang={languages && one ? one : undefined}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
