/** A municipality by its short name: "Lillestrøm", also where the register says "Lillestrøm kommune". */
import { call, listIn } from './http';
import type { Municipality } from './types';

export function shortName(name: string): string {
  return name.replace(/ (kommune|municipality)$/i, '');
}

export function unnamed(id: string): Municipality {
  return { id, name: id.charAt(0).toUpperCase() + id.slice(1) };
}

export async function fetchMunicipality(id: string): Promise<Municipality> {
  const all = listIn<Municipality>(await call<unknown>('GET', '/api/v1/municipalities'), 'municipalities');
  const found = all.find((one) => one.id === id);
  return found ? { ...found, name: shortName(found.name) } : unnamed(id);
}
