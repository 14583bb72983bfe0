/**
 * @file `npm run bench captions`: our answers, through the model host as the program runs it, beside the reference
 * implementation's on the same checkpoint and beside what the machine can do at best. Full-size models have random
 * weights: their answers mean nothing, but cost what real ones do.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import packageJson from 'onnxruntime-node/package.json' with { type: 'json' };
import { bestFloor } from '../../native-models/devices/machineFloor.ts';
import { measureFloor } from '../../native-models/devices/measureFloor.ts';
import type { Precision } from '../../native-models/quantization/precision.ts';
import { describeMachine } from '../report.ts';
import { makeBenchPhotos } from './benchPhotos.ts';
import { type CaptionsOptions, captionsUsage, parseCaptionsOptions } from './captionsOptions.ts';
import { type CaptionsReport, renderReport } from './captionsReport.ts';
import { bestRival, type CaptionsRow } from './figures.ts';
import { floorOf, workOf } from './modelWork.ts';
import { ourSide } from './ours.ts';
import { writeResults } from './results.ts';
import { type RivalType, rivalSide } from './rival.ts';
import { type Measured, type Question, takeTurns } from './side.ts';
import { openSubject, type Subject } from './subject.ts';

const rounds = 3;
/** What the sides may occupy together; beyond, they are loaded anew for each round. */
const memoryShare = 0.8;
/** The reference, resident, against its weights: InstructBLIP-XL in float32 came to 21 GB for 15.8. */
const residentPerWeight = 1.35;
const prompt = 'a photo of';

export async function captionsBench(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(captionsUsage);
    return;
  }
  let options: CaptionsOptions;
  try {
    options = parseCaptionsOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${captionsUsage}`);
    process.exitCode = 2;
    return;
  }
  const report = await measureAll(options);
  process.stdout.write(`${options.json ? JSON.stringify(report.rows, undefined, 1) : renderReport(report)}\n`);
  if (options.write) await writeResults(report);
}

async function measureAll(options: CaptionsOptions): Promise<CaptionsReport> {
  let floor = await measureFloor();
  const measuredRows: Omit<CaptionsRow, 'floor'>[] = [];
  const rivals = new Set<string>();
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const photos = await makeBenchPhotos(folder.path, options.photos);
  for (const model of options.models) {
    await using subject = await openSubject(model, options.keep);
    for (const batch of options.batches) {
      for (const beams of options.beams) {
        const question = { prompt, batch, beams, tokens: options.tokens };
        const measured = await measure(subject, question, photos, options);
        floor = bestFloor(floor, await measureFloor());
        measuredRows.push(...measured.rows);
        for (const versions of measured.versions) rivals.add(versions);
      }
    }
  }
  const rows = measuredRows.map((row) => ({ ...row, floor: floorOf(row.work, floor) }));
  const rival = rivals.size === 0 ? {} : { rival: [...rivals].join('; ') };
  return { machine: { ...describeMachine(), onnxruntime: packageJson.version, floor, ...rival }, rows };
}

/** The reference holds its weights in memory that nobody can take back: where too little is free, others would be ended. */
function fitsMemory(what: string, neededBytes: number): boolean {
  const freeBytes = process.availableMemory();
  if (neededBytes <= freeBytes) return true;
  const giga = (bytes: number) => (bytes / 1e9).toFixed(1);
  process.stderr.write(
    `The reference is left out: ${what} needs ${giga(neededBytes)} GB, ${giga(freeBytes)} are free.\n`,
  );
  return false;
}

/** All precisions and the rival's types in turn. */
async function measure(
  subject: Subject,
  question: Question,
  photos: readonly string[],
  { precisions, device, rivals, limitBytes }: CaptionsOptions,
): Promise<{ rows: Omit<CaptionsRow, 'floor'>[]; versions: string[] }> {
  const { name: model, checkpointFolder, checkpointBytes } = subject;
  const python = process.env.VIGNETTE_BENCH_PYTHON;
  const sizeOf = (type: RivalType) => checkpointBytes * (type === 'fp32' ? 2 : 1) * residentPerWeight;
  const types = python === undefined ? [] : rivals.filter((type) => fitsMemory(`${model} in ${type}`, sizeOf(type)));
  const compiled = new Map<Precision, Awaited<ReturnType<Subject['compiled']>>>();
  for (const precision of precisions) compiled.set(precision, await subject.compiled(precision));
  const sides = [
    ...[...compiled].map(([precision, files]) => ourSide(precision, files, device, limitBytes)),
    ...types.map((type) => rivalSide(python ?? '', checkpointFolder, type, sizeOf(type))),
  ];
  const { batch, beams, tokens } = question;
  process.stderr.write(`${model}: ${sides.map(({ name }) => name).join(', ')}; batch ${batch}, beams ${beams} …\n`);
  const measured = await takeTurns(sides, question, photos, { rounds, memoryBytes: memoryShare * os.totalmem() });
  const theirs = measured.slice(compiled.size);
  const rival = bestRival(theirs.map(({ about, ...figures }) => ({ ...figures, type: about.precision })));
  const rows = [];
  for (const [i, { folder }] of [...compiled.values()].entries()) {
    const { about, ...figures } = measured[i] as Measured;
    const limit = limitBytes === undefined ? {} : { limitBytes };
    const setting = { model, precision: about.precision, device: about.device, ...limit, batch, beams, tokens };
    const work = await workOf(folder);
    rows.push({ ...setting, photos: photos.length, ...figures, ...(rival === undefined ? {} : { rival }), work });
  }
  return { rows, versions: theirs.flatMap(({ about }) => about.versions ?? []) };
}
