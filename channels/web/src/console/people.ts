/** Who has a talk, however the server writes it: by name, by e-mail, or as an object. */
import { me } from '../shared/staff/auth';
import type { Person, QueueItem } from './api';

export function personName(person: Person): string {
  if (!person) return '';
  return typeof person === 'string' ? person : (person.name ?? person.email ?? '');
}

/** Who was first, in the details of a conflict. */
export const ownerOf = (details: Record<string, unknown>) => (details['claimed_by'] ?? details['taken_by'] ?? details['name']) as Person;

export function isMe(person: Person): boolean {
  const own = me.value;
  if (!person || !own) return false;
  const known = typeof person === 'string' ? person : (person.email ?? person.name ?? '');
  return known.includes('@') ? known.toLowerCase() === own.email.toLowerCase() : known === own.name;
}

export function isCrisis(item: Pick<QueueItem, 'priority' | 'crisis'>): boolean {
  const { priority, crisis } = item;
  if (typeof crisis === 'boolean') return crisis;
  return typeof priority === 'number' ? priority > 0 : ['crisis', 'high', 'urgent'].includes(priority ?? '');
}
