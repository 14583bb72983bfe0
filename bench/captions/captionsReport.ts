/** @file How the figures of `npm run bench captions` are shown: a table a model and setting, in Markdown, which people read as it is, too. */

import type { MachineFloor } from '../../native-models/devices/machineFloor.ts';
import type { Machine } from '../report.ts';
import { type CaptionsRow, type Compared, compareFigures } from './figures.ts';

/** What the figures were measured on, and with. */
export interface CaptionsMachine extends Machine {
  readonly onnxruntime: string;
  /** None when the report ran alone. */
  readonly rival?: string;
  readonly floor: MachineFloor;
}

export interface CaptionsReport {
  readonly machine: CaptionsMachine;
  readonly rows: readonly CaptionsRow[];
}

export function renderReport({ machine, rows }: CaptionsReport): string {
  return [renderMachine(machine), ...rows.map(renderRow)].join('\n\n');
}

function renderMachine({ cpu, cores, memoryGB, node, onnxruntime, rival, floor }: CaptionsMachine): string {
  const giga = (value: number) => (value / 1e9).toFixed(0);
  const { float, int8, blocks } = floor.operationsPerSecond;
  return [
    `${cpu}, ${cores} cores, ${memoryGB} GB; Node ${node}, onnxruntime ${onnxruntime}.`,
    rival === undefined
      ? 'No rival: VIGNETTE_BENCH_PYTHON names no Python that has the reference.'
      : `Rival: ${rival}.`,
    `Floor: reading memory ${giga(floor.memoryBytesPerSecond)} GB/s; matrix products ${giga(float)} GFLOPS in float32, ${giga(int8)} GOPS in int8, ${giga(blocks)} GOPS with block-wise int4 weights.`,
  ].join('\n');
}

function renderRow(row: CaptionsRow): string {
  const { model, precision, device, limitBytes, batch, beams, tokens, photos, rival } = row;
  const setting = [
    `${model}, ${precision} on ${device}${limitBytes === undefined ? '' : `, allowed ${limitBytes / 1e9} GB of memory`}`,
    batch === 1 ? 'one photo at a time' : `${batch} photos at a time`,
    beams === 1 ? 'greedy' : `${beams} beams`,
    `${tokens} new tokens`,
    `${photos} photos`,
  ].join('; ');
  const header = ['', 'Vignette', `PyTorch ${rival?.type ?? ''}`.trim(), 'times as good', 'floor', 'of the floor'];
  const lines = compareFigures(row).map((compared) => cellsOf(compared));
  return [`### ${setting}`, '', ...markdownTable([header, ...lines])].join('\n');
}

const titles: Readonly<Record<Compared['figure'], string>> = {
  visionMs: 'vision',
  prefillMs: 'features to first token',
  msPerToken: 'further token',
  answerMs: 'whole answer',
  againMs: 'a further question',
  photosPerMinute: 'photos a minute',
  loadMs: 'loading',
  residentBytes: 'resident memory',
};

function cellsOf({ figure, ours, rival, timesAsGood, floor, shareOfFloor }: Compared): string[] {
  const show = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? '' : format(value);
  const unit = unitOf(figure);
  return [
    titles[figure],
    unit(ours),
    show(rival, unit),
    show(timesAsGood, (times) => `${times.toFixed(2)}×`),
    show(floor, unit),
    show(shareOfFloor, (share) => `${(100 * share).toFixed(0)} %`),
  ];
}

function unitOf(figure: Compared['figure']): (value: number) => string {
  if (figure === 'residentBytes') return (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;
  if (figure === 'photosPerMinute') return (rate) => (rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3));
  return (ms) => (ms >= 1000 ? `${(ms / 1e3).toFixed(2)} s` : `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`);
}

/** Padded, so that it is a table in a terminal, too. */
function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [header = [], ...others] = rows;
  return [line(header), rule, ...others.map(line)];
}
