/**
 * @file Waits for what comes about by itself, for as long as a busy machine may take: a test is not to depend on a quiet
 * one. Usable outside of a test runner too.
 */

/** What comes at once is not waited for long; what takes its time is not asked about all the time. */
const [firstPauseMs, maxPauseMs] = [2, 50];
const defaultTimeoutMs = 30_000;

/** Tries again until it throws no more. @throws what it threw last, when the time is over */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs: number = defaultTimeoutMs): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
