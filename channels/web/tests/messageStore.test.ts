/** The message store: order, doubles, gaps, and what is on its way. */
import { describe, expect, it } from 'vitest';
import { MessageStore } from '../src/shared/messageStore';
import type { Message } from '../src/shared/types';

const message = (seq: number, change: Partial<Message> = {}): Message => ({
  seq,
  at: '2026-01-01T00:00:00Z',
  sender: 'bot',
  kind: 'text',
  text: `m${seq}`,
  language: 'nb',
  ...change,
});
const texts = (store: MessageStore) => store.entries().map(({ message: sent, pending }) => sent?.text ?? pending?.text);
const pending = (clientId: string, text = clientId) => ({ clientId, text, at: '', status: 'sending' as const });

describe('MessageStore', () => {
  it('orders by seq however the messages come', () => {
    const store = new MessageStore();
    store.merge([message(3), message(1)]);
    store.merge([message(2)]);
    expect(texts(store)).toEqual(['m1', 'm2', 'm3']);
    expect(store.lastSeq).toBe(3);
  });

  it('shows a message once though it comes twice, and takes the newer text', () => {
    const store = new MessageStore();
    store.merge([message(1)]);
    store.merge([message(1, { text: 'mended' })]);
    expect(texts(store)).toEqual(['mended']);
  });

  it('replaces a pending message when the server shows it, by client_id', () => {
    const store = new MessageStore();
    store.merge([message(1)]);
    store.addPending(pending('a'));
    expect(texts(store)).toEqual(['m1', 'a']);
    store.merge([message(2, { sender: 'relative', client_id: 'a', text: 'a' })]);
    expect(texts(store)).toEqual(['m1', 'a']);
    expect(store.entries().some((entry) => entry.pending)).toBe(false);
  });

  it('does not double a message whose stream event came before the answer to the POST', () => {
    const store = new MessageStore();
    store.addPending(pending('a'));
    store.merge([message(1, { sender: 'relative', client_id: 'a', text: 'a' })]);
    store.setPending('a', { status: 'sent', seq: 1 });
    expect(texts(store)).toEqual(['a']);
  });

  it('matches by seq where the server leaves client_id out', () => {
    const store = new MessageStore();
    store.addPending(pending('a'));
    store.setPending('a', { status: 'sent', seq: 1 });
    store.merge([message(1, { sender: 'relative', text: 'a' })]);
    expect(store.entries()).toHaveLength(1);
  });

  it('does not take up again what the server already has', () => {
    const store = new MessageStore();
    store.merge([message(1, { sender: 'relative', client_id: 'a', text: 'a' })]);
    store.addPending(pending('a'));
    expect(store.entries()).toHaveLength(1);
  });

  it('keeps a sent message in its place, and unsent ones last', () => {
    const store = new MessageStore();
    store.addPending(pending('a'));
    store.addPending(pending('b'));
    store.setPending('a', { status: 'sent', seq: 2 });
    store.merge([message(1), message(3)]);
    expect(texts(store)).toEqual(['m1', 'a', 'm3', 'b']);
  });

  it('sees a gap', () => {
    const store = new MessageStore();
    store.merge([message(1)]);
    expect(store.leavesGap(message(2))).toBe(false);
    expect(store.leavesGap(message(3))).toBe(true);
  });

  it('does not count its own POST as seen by the stream', () => {
    const store = new MessageStore();
    store.merge([message(1)]);
    store.addPending(pending('a'));
    store.setPending('a', { status: 'sent', seq: 2 });
    expect(store.lastSeq).toBe(1);
  });
});
