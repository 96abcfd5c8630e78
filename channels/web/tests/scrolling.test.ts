/** What is on the screen after a message has come. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../src/shared/messageStore';
import type { Message } from '../src/shared/types';
import { topmost } from '../src/widget/scrolling';

const entries = (...messages: Array<[Message['sender'], Message['kind']]>): Entry[] =>
  messages.map(([sender, kind], index) => ({
    key: `s${index}`,
    message: { seq: index + 1, at: '2026-01-01T00:00:00Z', sender, kind, text: 'x', language: 'nb' },
  }));
const ownIn = (list: Entry[]) => list.findLastIndex(({ message }) => message?.sender === 'relative');
const top = (list: Entry[]) => topmost(list, ownIn(list));

describe('topmost', () => {
  it('shows the greeting from its beginning', () => expect(top(entries(['bot', 'choices']))).toBe(0));

  it('keeps the question above its answer', () =>
    expect(top(entries(['bot', 'choices'], ['relative', 'text'], ['bot', 'answer']))).toBe(1));

  it('keeps a crisis card above the answer that follows', () =>
    expect(top(entries(['relative', 'text'], ['system', 'crisis'], ['bot', 'answer']))).toBe(1));

  it('brings each word of a counsellor into view', () =>
    expect(top(entries(['relative', 'text'], ['counsellor', 'text'], ['counsellor', 'text']))).toBe(2));

  it('leaves an earlier crisis card when the talk has gone on', () =>
    expect(top(entries(['relative', 'text'], ['system', 'crisis'], ['relative', 'text'], ['bot', 'answer']))).toBe(2));
});
