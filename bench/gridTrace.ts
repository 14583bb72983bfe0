/** @file How long the page's main thread works for each frame, from a trace: processor time, which what else the machine does leaves alone. */
import type { Browser, Page } from 'playwright';
import * as z from 'zod';

const eventSchema = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number().default(0),
  /** Processor time, in microseconds. */
  tdur: z.number().optional(),
});
const traceSchema = z.object({ traceEvents: z.array(eventSchema) });
type TraceEvent = z.output<typeof eventSchema>;

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** Of each frame that the page drew meanwhile. */
export async function workOfFrames(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories });
  await work();
  const { traceEvents } = traceSchema.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  return framesIn(traceEvents);
}

/** A frame is what the thread does from one animation frame to the next. */
function framesIn(events: readonly TraceEvent[]): number[] {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const byThread = Map.groupBy(
    events.filter(({ name }) => name === 'FireAnimationFrame'),
    threadOf,
  );
  const [thread, starts] = [...byThread].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];
  const startsAt = starts.map(({ ts }) => ts).toSorted((a, b) => a - b);
  const frames = startsAt.map(() => 0);
  let frame = 0;
  const tasks = events.filter((event) => event.name === 'RunTask' && threadOf(event) === thread);
  for (const { ts, tdur = 0 } of tasks.toSorted((a, b) => a.ts - b.ts)) {
    // The task that the animation frame is in begins before it.
    while (frame + 1 < startsAt.length && ts + tdur > (startsAt[frame + 1] ?? 0)) frame += 1;
    frames[frame] = (frames[frame] ?? 0) + tdur / 1e3;
  }
  return frames;
}
