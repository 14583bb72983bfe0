/**
 * @file `npm run bench import`: importing a full-size checkpoint against copying it (the rival: `cp`, the least that any
 * import must do), and the memory that it needs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { importFullSizeModel } from './fullSizeModel.ts';

export async function importBench(): Promise<Record<string, string | number>[]> {
  await using model = await importFullSizeModel('instructblip-flan-t5-xl');
  const copyMs = await copy(model.checkpointFolder, `${model.checkpointFolder}-copy`);
  const writtenRatio = model.modelBytes / model.checkpointBytes;
  const speed = (bytes: number, ms: number) => bytes / 1e6 / (ms / 1e3);
  return [
    {
      what: 'plain copy (cp, flushed)',
      'read MB': model.checkpointBytes / 1e6,
      'written MB': model.checkpointBytes / 1e6,
      seconds: copyMs / 1e3,
      'read MB/s': speed(model.checkpointBytes, copyMs),
      'written MB/s': speed(model.checkpointBytes, copyMs),
    },
    {
      what: 'import to fp32, self-test included',
      'read MB': model.checkpointBytes / 1e6,
      'written MB': model.modelBytes / 1e6,
      seconds: model.importMs / 1e3,
      'read MB/s': speed(model.checkpointBytes, model.importMs),
      'written MB/s': speed(model.modelBytes, model.importMs),
      'times the copy': model.importMs / copyMs,
      'times the copy, per byte written': model.importMs / copyMs / writtenRatio,
      'peak anonymous MB': model.peaks.anonymousBytes / 1e6,
      'peak resident MB': model.peaks.residentBytes / 1e6,
      'hard limit': model.limited ? '1 GiB, page cache included' : 'none (no control groups here)',
    },
  ];
}

async function copy(from: string, to: string): Promise<number> {
  const start = performance.now();
  const [code] = await once(spawn('cp', ['-r', from, to], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error('cp failed');
  for (const name of await readdir(to)) {
    await using handle = await open(path.join(to, name), 'r');
    await handle.sync();
  }
  return performance.now() - start;
}
