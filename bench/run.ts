/**
 * @file Entry of `npm run bench NAME`: runs one benchmark and prints its report. `captions` takes the names of full-size
 * models (publishedModels.ts) or `--demo-only`; without either it measures instructblip-flan-t5-xl. `library` takes a part
 * of itself (scan, search, vectors) and the number of photos; so does `app` (start, chat, busy).
 */
import os from 'node:os';
import { appBench } from './appBench.ts';
import { captionsBench } from './captionsBench.ts';
import { gridBench } from './gridBench.ts';
import { importBench } from './importBench.ts';
import { libraryBench } from './libraryBench.ts';
import { printReport, type Row } from './report.ts';

const [name, ...flags] = process.argv.slice(2);
const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  app: () => appBench(flags),
  captions: () =>
    captionsBench(flags.length > 0 ? flags.filter((flag) => flag !== '--demo-only') : ['instructblip-flan-t5-xl']),
  grid: () => gridBench(flags),
  import: importBench,
  library: () => libraryBench(flags),
};

const bench = name === undefined ? undefined : benches[name];
if (name === undefined || bench === undefined) {
  process.stderr.write(`usage: npm run bench NAME, NAME being one of ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const machine = {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    node: process.versions.node,
  };
  printReport({ name, machine, rows: await bench() });
}
