import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Closes what is `shown` in the returned element when one clicks or moves the focus elsewhere. */
export function useOutside(shown: boolean, close: () => void): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!shown) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [shown]);
  return box;
}
