/** @file What the grid benchmark does and measures inside the page. Strings, for they run in the browser. */
import type { Page } from 'playwright';
import * as z from 'zod';

/** Before anything of the page: notes when the long list was answered, and when the first photos were painted. */
export const noteFirstPaint = `
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...input) {
      super(...input);
      this.addEventListener('message', ({ data }) => {
        if ((data.size ?? data.length) > 300000) window.answeredMs ??= performance.now();
      });
    }
  };
  new MutationObserver((_, observer) => {
    if (document.querySelector('.grid [role=option]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.paintedMs = performance.now(); }));
  }).observe(document, { subtree: true, childList: true });
`;

const maxMs = 60_000;
/** A short list is not told from other answers. */
const paintSchema = z.object({ answeredMs: z.number().optional(), paintedMs: z.number() });
const framesSchema = z.object({ frameMs: z.array(z.number()), blankFrames: z.int() });
export type ScrolledFrames = z.output<typeof framesSchema>;

export async function firstPaint(page: Page): Promise<z.output<typeof paintSchema>> {
  await until(page, 'window.paintedMs !== undefined');
  return paintSchema.parse(await page.evaluate('({ answeredMs: window.answeredMs, paintedMs: window.paintedMs })'));
}

/** Scrolls by the same distance in each frame; without one, from top to bottom. */
export async function scroll(page: Page, frames: number, pxAFrame?: number): Promise<ScrolledFrames> {
  const result: unknown = await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.grid');
    const step = ${pxAFrame ?? `(grid.scrollHeight - grid.clientHeight) / ${frames}`};
    const frameMs = [];
    let blankFrames = 0;
    let lastMs;
    grid.scrollTop = 0;
    function frame(nowMs) {
      if (lastMs !== undefined) frameMs.push(nowMs - lastMs);
      lastMs = nowMs;
      const box = grid.getBoundingClientRect();
      const middle = document.elementFromPoint(box.left + 60, box.top + box.height / 2 - 1);
      const below = document.elementFromPoint(box.left + 60, box.top + box.height / 2 + 40);
      // A gap between rows is thinner than the two points are apart; above a row may stand a date.
      const drawn = '[role=option], [data-section]';
      if (middle?.closest(drawn) === null && below?.closest(drawn) === null) blankFrames += 1;
      grid.scrollTop += step;
      if (frameMs.length < ${frames}) requestAnimationFrame(frame);
      else resolve({ frameMs, blankFrames });
    }
    requestAnimationFrame(frame);
  })`);
  return framesSchema.parse(result);
}

/** Of days, months and years, on the screen and about it. */
export async function headingsDrawn(page: Page): Promise<number> {
  return z.int().parse(await page.evaluate(`document.querySelectorAll('.grid [data-section]').length`));
}

/** With the mouse from end to end and back, a step a frame. @returns how long each frame was */
export async function dragTimeline(page: Page, frames: number): Promise<number[]> {
  const box = await page.locator('.timeline').boundingBox();
  if (box === null) throw new Error('The page has no timeline.');
  const x = box.x + box.width / 2;
  await page.mouse.move(x, box.y + 1);
  await page.mouse.down();
  const framesMs = page.evaluate(`new Promise((resolve) => {
    const frameMs = [];
    let lastMs;
    function frame(nowMs) {
      if (lastMs !== undefined) frameMs.push(nowMs - lastMs);
      lastMs = nowMs;
      if (frameMs.length < ${frames}) requestAnimationFrame(frame);
      else resolve(frameMs);
    }
    requestAnimationFrame(frame);
  })`);
  let isOver = false;
  void framesMs.finally(() => {
    isOver = true;
  });
  for (let step = 0; !isOver; step += 1) {
    const [done, way] = [(step % frames) / frames, Math.floor(step / frames) % 2];
    await page.mouse.move(x, box.y + box.height * (way === 0 ? done : 1 - done));
  }
  await page.mouse.up();
  return z.array(z.number()).parse(await framesMs);
}

/** Until every photo on the screen has its picture. */
export async function picturesMs(page: Page): Promise<number> {
  const startMs = performance.now();
  await until(
    page,
    `[...document.querySelectorAll('.grid [role=option]')]
    .filter((cell) => { const box = cell.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; })
    .every((cell) => cell.querySelector('img.loaded') !== null)`,
  );
  return performance.now() - startMs;
}

/** From outside: the page's own policy lets it evaluate nothing. */
async function until(page: Page, expression: string): Promise<void> {
  const endMs = performance.now() + maxMs;
  while ((await page.evaluate(expression)) !== true) {
    if (performance.now() > endMs) throw new Error(`The page never came to: ${expression}`);
    await page.waitForTimeout(10);
  }
}

const mainThreadSchema = z.object({ TaskDuration: z.number(), Nodes: z.number(), JSHeapUsedSize: z.number() });

/** Of the page so far, after collecting garbage. One session: the counting begins with it. */
export async function figuresOf(page: Page): Promise<() => Promise<{ taskMs: number; nodes: number; heapMB: number }>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const figures = mainThreadSchema.parse(Object.fromEntries(metrics.map(({ name, value }) => [name, value])));
    return { taskMs: figures.TaskDuration * 1e3, nodes: figures.Nodes, heapMB: figures.JSHeapUsedSize / 1e6 };
  };
}
