/**
 * @file `npm run bench vectors [PHOTOS]`: searching a library's vectors (32 of 256 values a photo, as BLIP-2 has them; random
 * ones) exactly, against a plain loop over float32 in typed arrays, which is given everything in memory.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as z from 'zod';
import { ScanPool } from '../main/library/search/vectors/scanPool.ts';
import { VectorIndex } from '../main/library/search/vectors/vectorIndex.ts';
import { randomUnitVector, shape } from './randomVectors.ts';
import { median, type Row } from './report.ts';

const photoValues = shape.vectors * shape.size;
/** Photos that the plain loop is measured on; it takes the same time for each. */
const plainPhotos = 500;

/** What the other process says. */
const filledSchema = z.object({
  /** Of photo i + 1, in slot i. */
  checksums: z.custom<Uint32Array>((value) => value instanceof Uint32Array),
  addMs: z.number(),
});
type Filled = z.output<typeof filledSchema>;

export async function vectorsBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const { checksums, addMs } = await fill(folder.path, photos);
  const rows = (after: number, limit: number) =>
    Array.from(checksums.subarray(after, after + limit), (checksum, i) => ({
      photoId: after + i + 1,
      slot: after + i,
      checksum,
    }));
  await using pool = new ScanPool();
  const openStart = performance.now();
  await using index = await VectorIndex.open({ folder: folder.path, rows, pool });
  const openMs = performance.now() - openStart;
  const text = (allowed?: readonly number[]) => () => index.searchByVector(randomUnitVector(), { limit: 200, allowed });
  const some = Array.from({ length: Math.ceil(photos / 100) }, (_, i) => 1 + 100 * i);
  const similar = () => index.similarTo([1 + Math.floor(Math.random() * photos)], { limit: 200 });
  const searches = [
    await measure('text, best 200', photos, 40, text()),
    await measure('text, best 200 of every hundredth photo', photos, 40, text(some)),
    await measure('similar photos, best 200', photos, 40, similar),
  ];
  const duplicates = await measure('near duplicates, all pairs', photos, 1, () =>
    index.nearDuplicates({ threshold: 0.9 }),
  );
  const plain = plainScanMs() * (photos / plainPhotos);
  return [
    { what: 'write', photos, 'photos/s': photos / (addMs / 1e3) },
    { what: 'open', photos, 'p50 ms': openMs },
    { what: `plain float32 loop, in memory (${plainPhotos} photos, scaled up)`, photos, 'p50 ms': plain },
    ...searches.map((row) => ({ ...row, 'times as fast as the plain loop': plain / Number(row['p50 ms']) })),
    duplicates,
  ];
}

/** In another process, so that its memory does not count. */
async function fill(folder: string, photos: number): Promise<Filled> {
  const child = fork(new URL('./vectorsChild.ts', import.meta.url), { serialization: 'advanced' });
  child.send({ folder, photos });
  const [filled] = await once(child, 'message');
  child.disconnect();
  return filledSchema.parse(filled);
}

async function measure(what: string, photos: number, times: number, search: () => Promise<unknown>): Promise<Row> {
  const durations: number[] = [];
  if (times > 1) for (let i = 0; i < 3; i++) await search(); // the first ones bring the files into the page cache
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await search();
    durations.push(performance.now() - start);
  }
  delay.disable();
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    what,
    photos,
    'p50 ms': median(durations),
    'p95 ms': sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN,
    'main thread blocked, at most ms': delay.max / 1e6,
    'peak resident MB': process.resourceUsage().maxRSS / 1024,
  };
}

/** One query against all vectors, in the time it takes for a few of them. */
function plainScanMs(): number {
  const values = new Float32Array(plainPhotos * photoValues);
  for (let start = 0; start < values.length; start += shape.size) values.set(randomUnitVector(), start);
  const runs = Array.from({ length: 5 }, () => {
    const query = randomUnitVector();
    const start = performance.now();
    const scores = new Float64Array(plainPhotos);
    for (let photo = 0; photo < plainPhotos; photo++) scores[photo] = largestCosine(values, photo * photoValues, query);
    scores.sort();
    return performance.now() - start;
  });
  return median(runs);
}

function largestCosine(values: Float32Array, start: number, query: Float32Array): number {
  let largest = -1;
  for (let vector = start; vector < start + photoValues; vector += shape.size) {
    let sum = 0;
    for (let i = 0; i < shape.size; i++) sum += (values[vector + i] as number) * (query[i] as number);
    if (sum > largest) largest = sum;
  }
  return largest;
}
