/** The console's own rules: what stands side by side, what a key means, when one is told that somebody waits. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AGAIN, AGAIN_IN_A_CRISIS, Alarm } from '../src/console/alarm';
import { filled, fitted, placed } from '../src/console/places';
import { ACTIONS, KEYS, actionOf } from '../src/console/shortcuts';

vi.mock('../src/console/prefs', () => ({ sound: { value: { value: false } }, notifying: { value: false } }));
vi.mock('../src/shared/staff/i18n', () => ({ t: (key: string) => key }));

describe('talks side by side', () => {
  it('takes a free place', () => {
    expect(placed(['a'], 'b', 2, ['a'])).toEqual(['a', 'b']);
  });

  it('takes the place of the one that was used longest ago, and moves nothing else', () => {
    expect(placed(['a', 'b', 'c'], 'd', 3, ['c', 'a', 'b'])).toEqual(['a', 'd', 'c']);
  });

  it('leaves a talk where it is when it is shown already', () => {
    expect(placed(['a', 'b'], 'b', 2, ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('keeps those used last when the window gets narrower, in their order', () => {
    expect(fitted(['a', 'b', 'c'], 2, ['c', 'a', 'b'])).toEqual(['a', 'c']);
    expect(fitted(['a', 'b', 'c'], 0, ['b'])).toEqual(['b']);
  });

  it('fills new room with what is out of sight', () => {
    expect(filled(['a'], 3, ['a', 'c', 'b'])).toEqual(['a', 'c', 'b']);
  });
});

describe('keys', () => {
  const press = (key: string, more: Partial<{ code: string; altKey: boolean; ctrlKey: boolean }> = {}) => ({ key, code: '', altKey: false, ctrlKey: false, metaKey: false, ...more });

  it('has one key for each action, and each key once', () => {
    expect(Object.keys(KEYS).sort()).toEqual([...ACTIONS].sort());
    expect(new Set(Object.values(KEYS)).size).toBe(ACTIONS.length);
  });

  it('takes letters for text in a field, and when letters are switched off', () => {
    expect(actionOf(press('n'), false, true)).toBe('take_next');
    expect(actionOf(press('n'), true, true)).toBeNull();
    expect(actionOf(press('n'), false, false)).toBeNull();
    expect(actionOf(press('n', { ctrlKey: true }), false, true)).toBeNull();
  });

  it('inserts and changes talk from within a field', () => {
    expect(actionOf(press('F2'), true, false)).toBe('insert');
    expect(actionOf(press('∆', { code: 'KeyJ', altKey: true }), true, true)).toBe('next_talk');
    expect(actionOf(press('Escape'), true, true)).toBe('leave_field');
  });

  it('goes to a talk by its number', () => {
    expect(actionOf(press('3'), false, true)).toBe('talk_3');
    expect(actionOf(press('0'), false, true)).toBeNull();
  });
});

describe('alarm', () => {
  afterEach(() => vi.useRealTimers());

  it('tells at once, again until nobody waits, and not for what was told', () => {
    vi.useFakeTimers();
    const told: boolean[] = [];
    const alarm = new Alarm((crisis) => told.push(crisis));
    alarm.update([{ id: 'a', crisis: false }]);
    alarm.update([{ id: 'a', crisis: false }]);
    expect(told).toEqual([false]);
    vi.advanceTimersByTime(AGAIN);
    expect(told).toEqual([false, false]);
    alarm.update([]);
    vi.advanceTimersByTime(10 * AGAIN);
    expect(told).toHaveLength(2);
  });

  it('tells when a talk that waits turns out to be a crisis, and sooner again', () => {
    vi.useFakeTimers();
    const told: boolean[] = [];
    const alarm = new Alarm((crisis) => told.push(crisis));
    alarm.update([{ id: 'a', crisis: false }]);
    alarm.update([{ id: 'a', crisis: true }]);
    vi.advanceTimersByTime(AGAIN_IN_A_CRISIS);
    expect(told).toEqual([false, true, true]);
  });
});
