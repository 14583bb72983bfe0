/** @file Entry of `npm run bench NAME`: runs one benchmark and prints its report. */
import os from 'node:os';
import { captionsBench } from './captionsBench.ts';
import { importBench } from './importBench.ts';
import { printReport } from './report.ts';

const [name, ...flags] = process.argv.slice(2);
const benches: Readonly<Record<string, () => Promise<Record<string, string | number>[]>>> = {
  captions: () => captionsBench({ demoOnly: flags.includes('--demo-only') }),
  import: importBench,
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
