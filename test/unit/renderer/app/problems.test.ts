/** @file What the page says of what was thrown: a lost connection only where one was lost. */
import { type ClientLink, ORPCError } from '@orpc/client';
import { afterEach, expect, it, vi } from 'vitest';
import { ConnectionLostError, tellingLoss } from '../../../../renderer/state/connection.ts';
import { connectionLostCode, problemOf, problemText } from '../../../../renderer/state/problems.ts';
import { texts } from '../../../../resources/messages/texts.ts';

afterEach(() => vi.restoreAllMocks());

it('a mistake in the page is shown as what it is, and reported', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const error = new TypeError('cells is not iterable');
  const problem = problemOf(error);
  expect(problemText(problem, texts.en)).toBe('Something went wrong: cells is not iterable');
  expect(problemText(problem, texts.zh)).toContain('cells is not iterable');
  expect(problem.code).not.toBe(connectionLostCode);
  expect(log.mock.calls).toEqual([[error]]);
  expect(problemText(problemOf('no error at all'), texts.en)).toBe('Something went wrong: no error at all');
});

it('an error of the library keeps its code and sentence, and is no mistake of the page', () => {
  const log = vi.spyOn(console, 'error');
  const error = new ORPCError('NO_SUCH_RUN', { status: 500, message: 'There is no run 7.' });
  expect(problemOf(error)).toMatchObject({ code: 'NO_SUCH_RUN', message: 'There is no run 7.' });
  expect(problemOf(new ConnectionLostError('gone')).code).toBe(connectionLostCode);
  expect(problemOf(new DOMException('aborted', 'AbortError')).code).toBe(connectionLostCode);
  expect(log).not.toHaveBeenCalled();
});

async function* failing(error: Error): AsyncGenerator<number> {
  yield 1;
  throw error;
}

const linkOf = (call: () => Promise<unknown>): ClientLink<Record<never, never>> => ({ call });
const failures = [new Error('Cannot send message, WebSocket is not open.'), new TypeError('queue is not open')];

it.each(failures)('%s is a lost connection once the socket has closed, and what it is before', async (error) => {
  const call = async (readyState: number) => {
    const link = tellingLoss(
      linkOf(() => Promise.reject(error)),
      { readyState },
    );
    return await Promise.resolve(link.call([], undefined, { context: {} })).catch((thrown: unknown) => thrown);
  };
  expect(await call(WebSocket.OPEN)).toBe(error);
  expect(await call(WebSocket.CLOSED)).toBeInstanceOf(ConnectionLostError);
});

it('a stream that ends with its socket is a lost connection, one that fails by itself is not', async () => {
  const follow = async (readyState: number, error: Error) => {
    const link = tellingLoss(
      linkOf(async () => failing(error)),
      { readyState },
    );
    const events = (await link.call([], undefined, { context: {} })) as AsyncIterable<number>;
    const seen: unknown[] = [];
    try {
      for await (const event of events) seen.push(event);
    } catch (thrown) {
      seen.push(thrown);
    }
    return seen;
  };
  const failure = new Error('not open');
  expect(await follow(WebSocket.OPEN, failure)).toEqual([1, failure]);
  expect(await follow(WebSocket.CLOSED, failure)).toEqual([1, expect.any(ConnectionLostError)]);
  const refused = new ORPCError('NO_SUCH_RUN');
  expect(await follow(WebSocket.CLOSED, refused)).toEqual([1, refused]);
});
