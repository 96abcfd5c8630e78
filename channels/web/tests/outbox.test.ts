/** The outbox: same client_id at every try, in order, nothing lost. */
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/shared/http';
import { Outbox, type OutboxHooks, type OutboxItem } from '../src/shared/outbox';

function setUp(answers: Array<number | ApiError>) {
  const posted: OutboxItem[] = [];
  const hooks = {
    post: vi.fn(async (item: OutboxItem) => {
      posted.push(item);
      const answer = answers.shift() ?? 99;
      if (answer instanceof ApiError) throw answer;
      return { seq: answer };
    }),
    onQueued: vi.fn(),
    onRetrying: vi.fn(),
    onSent: vi.fn(),
    onFailed: vi.fn(),
    onGone: vi.fn(),
  } satisfies OutboxHooks;
  return { posted, hooks, outbox: new Outbox('test', hooks, () => 1) };
}

const down = () => new ApiError(0, 'network', '');

describe('Outbox', () => {
  it('tries again with the same client_id until it is through', async () => {
    const { posted, hooks, outbox } = setUp([down(), new ApiError(503, 'down', ''), 7]);
    const item = outbox.add({ text: 'hei' }, 'hei');
    await vi.waitFor(() => expect(hooks.onSent).toHaveBeenCalledWith(item, 7));
    expect(new Set(posted.map(({ clientId }) => clientId)).size).toBe(1);
    expect(hooks.onRetrying).toHaveBeenCalledTimes(2);
  });

  it('keeps the order: the second waits for the first', async () => {
    const { posted, hooks, outbox } = setUp([down(), 1, 2]);
    outbox.add({ text: 'a' }, 'a');
    outbox.add({ text: 'b' }, 'b');
    await vi.waitFor(() => expect(hooks.onSent).toHaveBeenCalledTimes(2));
    expect(posted.map(({ text }) => text)).toEqual(['a', 'a', 'b']);
  });

  it('gives up on what is refused, and goes on with the next', async () => {
    const { hooks, outbox } = setUp([new ApiError(413, 'too_long', ''), 2]);
    outbox.add({ text: 'a' }, 'a');
    outbox.add({ text: 'b' }, 'b');
    await vi.waitFor(() => expect(hooks.onSent).toHaveBeenCalledTimes(1));
    expect(hooks.onFailed).toHaveBeenCalledTimes(1);
  });

  it('hands the unsent back when the talk is gone', async () => {
    const { hooks, outbox } = setUp([new ApiError(404, 'unknown', '')]);
    outbox.add({ text: 'a' }, 'a');
    outbox.add({ text: 'b' }, 'b');
    await vi.waitFor(() => expect(hooks.onGone).toHaveBeenCalled());
    expect(hooks.onGone.mock.calls[0]?.[0].map(({ text }: OutboxItem) => text)).toEqual(['a', 'b']);
  });
});
