/** Who has a talk, however the server writes it: by name, by e-mail, or as an object. */
import { me } from '../shared/staff/auth';
import type { Person, QueueItem } from './api';

export function personName(person: Person): string {
  if (!person) return '';
  return typeof person === 'string' ? person : (person.name ?? person.email ?? '');
}

export function isMe(person: Person): boolean {
  const own = me.value;
  if (!person || !own) return false;
  const known = typeof person === 'string' ? person : (person.email ?? person.name ?? '');
  return known.includes('@') ? known.toLowerCase() === own.email.toLowerCase() : known === own.name;
}

export function isCrisis(item: Pick<QueueItem, 'priority'>): boolean {
  const { priority } = item;
  return typeof priority === 'number' ? priority > 0 : ['crisis', 'high', 'urgent'].includes(priority ?? '');
}
