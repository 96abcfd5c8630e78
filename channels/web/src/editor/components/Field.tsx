/** A labelled field with its hint and its error, tied together for screen readers. */
import type { ComponentChildren } from 'preact';

interface Aria {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
}

interface Props {
  id: string;
  label: string;
  error?: string | undefined;
  hint?: string;
  warn?: boolean;
  children: (aria: Aria) => ComponentChildren;
}

export function Field({ id, label, error, hint, warn, children }: Props) {
  const field = `field-${id}`;
  return (
    <div class="field">
      <label for={field}>{label}</label>
      {children({ id: field, 'aria-describedby': `${field}-hint ${field}-error`, 'aria-invalid': Boolean(error) })}
      <p id={`${field}-hint`} class={warn ? 'hint warn' : 'hint'}>
        {hint ?? ''}
      </p>
      <p id={`${field}-error`} class="error" role="alert">
        {error ?? ''}
      </p>
    </div>
  );
}
