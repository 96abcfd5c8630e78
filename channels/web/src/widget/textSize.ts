/** Larger text: everything is sized in rem, so one class on <html> is enough. */
import { storeSize } from './remember';

export const SIZES = [100, 125, 150] as const;

export function applySize(size: number): void {
  const classes = document.documentElement.classList;
  for (const other of SIZES) classes.toggle(`text-${other}`, other === size && other !== 100);
}

export function chooseSize(size: number): void {
  applySize(size);
  storeSize(size);
}
