/** @file BENCHMARKS.md, made from results.json beside this file, which every `--write` adds to, and from tried.md. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bestFloor } from '../../native-models/devices/machineFloor.ts';
import type { CaptionsReport } from './captionsReport.ts';
import { renderReport } from './captionsReport.ts';
import type { CaptionsRow } from './figures.ts';
import { floorOf } from './modelWork.ts';

const resultsFile = path.join(import.meta.dirname, 'results.json');
const triedFile = path.join(import.meta.dirname, 'tried.md');
const benchmarksFile = path.join(import.meta.dirname, '../../BENCHMARKS.md');

const introduction = `# Benchmarks

Written by \`npm run bench captions -- … --write\`; the text under "What was tried" is kept in \`bench/captions/tried.md\`.

Full-size models have the published shapes and random weights. Photos have 12 megapixels and are decoded and resized by each side. Ours and the reference answer in turn about the same photos and write the same number of tokens; figures are medians. Of batches, stages overlap and are not shown. A further question is another one about the last photo: the reference begins anew for it. The rival is the faster of the reference's number types. *Times as good* above 1 is in our favour. The floor is the vision tower's operations at the machine's best matrix throughput in the same arithmetic, and reading the decoder's weights once at memory speed. Other programs may have used the machine meanwhile, which is why both sides take turns: ratios hold better than times.`;

export async function writeResults(report: CaptionsReport): Promise<void> {
  const earlier = await readFile(resultsFile, 'utf8').then(JSON.parse, () => undefined);
  const all = addResults(earlier, report);
  await writeFile(resultsFile, `${JSON.stringify(all, undefined, 2)}\n`);
  const tried = await readFile(triedFile, 'utf8');
  await writeFile(benchmarksFile, [introduction, renderReport(all), tried.trim()].join('\n\n').concat('\n'));
}

/** New rows take the place of those for the same setting; what another machine measured is dropped. */
export function addResults(earlier: CaptionsReport | undefined, report: CaptionsReport): CaptionsReport {
  const machineOf = ({ machine: { cpu, cores, memoryGB } }: CaptionsReport) => `${cpu}, ${cores}, ${memoryGB}`;
  if (earlier === undefined || machineOf(earlier) !== machineOf(report)) return report;
  const floor = bestFloor(earlier.machine.floor, report.machine.floor);
  const rows = new Map([...earlier.rows, ...report.rows].map((row) => [settingOf(row), row]));
  return {
    machine: { ...earlier.machine, ...report.machine, floor },
    rows: [...rows.values()].map((row) => ({ ...row, floor: floorOf(row.work, floor) })),
  };
}

function settingOf({ model, precision, device, limitBytes, batch, beams, tokens }: CaptionsRow): string {
  return [model, precision, device, limitBytes, batch, beams, tokens].join();
}
