/**
 * @file Entry of `npm run bench NAME`: runs one benchmark and prints its report. `captions` says what it takes when it is
 * asked for `--help` (captions/captionsOptions.ts). `library` takes a part of itself (answers, export, facets, metadata, review, scan, search,
 * stacks, vectors) and the number of photos; so does `app` (start, chat, busy). `download` takes by how much there are fewer
 * layers, `explain`, `search-cut` and `stack-appearance` the number of scenes, `names` the folder of a compiled matching model.
 */
import { appBench } from './appBench.ts';
import { captionsBench } from './captions/captionsBench.ts';
import { downloadBench } from './downloadBench.ts';
import { explainBench } from './explain/explainBench.ts';
import { featuresBench } from './featuresBench.ts';
import { gridBench } from './gridBench.ts';
import { importBench } from './importBench.ts';
import { libraryBench } from './libraryBench.ts';
import { namesBench } from './namesBench.ts';
import { packBench } from './packBench.ts';
import { pilotBench } from './pilotBench.ts';
import { describeMachine, printReport, type Row } from './report.ts';
import { searchCutBench } from './searchCutBench.ts';
import { stackAppearanceBench } from './stackAppearanceBench.ts';

const [name, ...flags] = process.argv.slice(2);
const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  app: () => appBench(flags),
  download: () => downloadBench(flags),
  explain: () => explainBench(flags),
  features: () => featuresBench(flags),
  grid: () => gridBench(flags),
  import: importBench,
  library: () => libraryBench(flags),
  names: () => namesBench(flags),
  pack: packBench,
  pilot: () => pilotBench(flags),
  'search-cut': () => searchCutBench(flags),
  'stack-appearance': () => stackAppearanceBench(flags),
};

const bench = name === undefined ? undefined : benches[name];
if (name === 'captions') {
  await captionsBench(flags);
} else if (name === undefined || bench === undefined) {
  const names = ['captions', ...Object.keys(benches)].join(', ');
  process.stderr.write(`usage: npm run bench NAME, NAME being one of ${names}\n`);
  process.exitCode = 2;
} else {
  printReport({ name, machine: describeMachine(), rows: await bench() });
}
