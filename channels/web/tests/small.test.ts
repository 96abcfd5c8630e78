/** The small helpers: waiting times, links, dates, words, identifiers. */
import { describe, expect, it } from 'vitest';
import { countWords, textsOf } from '../src/editor/form';
import { backoff } from '../src/shared/backoff';
import { dateText, timeText } from '../src/shared/dates';
import { newId } from '../src/shared/ids';
import { paragraphs, pieces, safeUrl } from '../src/shared/links';

describe('small helpers', () => {
  it('waits longer each time, within limits', () => {
    expect(backoff(0, 800, 20_000, () => 0)).toBe(400);
    expect(backoff(0, 800, 20_000, () => 1)).toBe(800);
    expect(backoff(50, 800, 20_000, () => 1)).toBe(20_000);
  });

  it('makes links of web addresses only, without the full stop after them', () => {
    expect(pieces('Se https://www.helsenorge.no/x. Takk')).toEqual([
      { text: 'Se ' },
      { text: 'https://www.helsenorge.no/x', url: 'https://www.helsenorge.no/x' },
      { text: '. Takk' },
    ]);
    expect(safeUrl('javascript:alert(1)')).toBeNull();
    expect(safeUrl('//evil.example')).toBeNull();
    expect(safeUrl('/static/x')).toBe('/static/x');
  });

  it('splits paragraphs at empty lines', () => {
    expect(paragraphs('a\nb\n\n \n\nc')).toEqual(['a\nb', 'c']);
  });

  it('writes dates on Norwegian clocks, and survives nonsense', () => {
    expect(dateText('2026-09-01', 'nb')).toBe('1. september 2026');
    expect(timeText('2026-09-01T10:00:00Z', 'nb')).toBe('12:00');
    expect(dateText('soon', 'nb')).toBe('');
    expect(dateText(null, 'nb')).toBe('');
  });

  it('counts words and takes questions line by line', () => {
    expect(countWords(' en  to\ntre ')).toBe(3);
    expect(countWords('')).toBe(0);
    const fields = { title: ' T ', answer: 'A', body: 'B', questions: 'en\n\n to ', status: '', reviewedOn: '' };
    expect(textsOf(fields)).toEqual({ title: 'T', answer: 'A', body: 'B', questions: ['en', 'to'] });
  });

  it('makes identifiers that look like uuids', () => {
    expect(newId()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});
