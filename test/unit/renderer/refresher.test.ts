/** @file How often the page asks again while much changes. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Refresher } from '../../../renderer/state/refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Asks that take so long, and when each began. */
function asking(durationMs: number) {
  const askedAtMs: number[] = [];
  const beganMs = performance.now();
  const refresher = new Refresher(
    async () => {
      askedAtMs.push(performance.now() - beganMs);
      await new Promise((done) => setTimeout(done, durationMs));
    },
    { minPauseMs: 600, timesDuration: 20 },
  );
  return { refresher, askedAtMs };
}

it('a refresher asks once for a burst of changes, and soon after the first', async () => {
  const { refresher, askedAtMs } = asking(0);
  for (let change = 0; change < 10; change += 1) refresher.soon();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(askedAtMs).toEqual([50]);
});

it('a refresher pauses between two questions, the longer the longer one takes, and misses no change', async () => {
  for (const [durationMs, pauseMs] of [
    [10, 600],
    [100, 2000],
  ] as const) {
    const { refresher, askedAtMs } = asking(durationMs);
    await Promise.all([refresher.now(), vi.advanceTimersByTimeAsync(durationMs)]);
    refresher.soon();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(askedAtMs).toEqual([0, durationMs + pauseMs]);
  }
});

it('a refresher asks at once where that is wanted, instead of later, and not at all once it was stopped', async () => {
  const { refresher, askedAtMs } = asking(0);
  refresher.soon();
  await Promise.all([refresher.now(), vi.advanceTimersByTimeAsync(5000)]);
  expect(askedAtMs).toEqual([0]);
  refresher.soon();
  refresher.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(askedAtMs).toEqual([0]);
  refresher.soon();
  await vi.advanceTimersByTimeAsync(5000);
  expect(askedAtMs).toHaveLength(2);
});
