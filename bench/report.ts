/** @file How benchmarks print what they measured: one JSON object for programs, a table for people. */

import os from 'node:os';

/** One line of a report: what was measured, and figures with their units in their names. */
export type Row = Record<string, string | number>;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly node: string;
}

export interface BenchReport {
  readonly name: string;
  readonly machine: Machine;
  readonly rows: readonly Readonly<Row>[];
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    node: process.versions.node,
  };
}

/** The table to stderr, the JSON to stdout, so that `npm run --silent bench … > result.json` keeps both apart. */
export function printReport(report: BenchReport): void {
  const columns = [...new Set(report.rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...report.rows.map((row) => columns.map((column) => formatCell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => (line[i] ?? '').length)));
  const lines = cells.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  const { cpu, cores, memoryGB, node } = report.machine;
  process.stderr.write(`\n${report.name}: ${cpu}, ${cores} cores, ${memoryGB} GB, Node ${node}\n${lines.join('\n')}\n`);
  process.stdout.write(`${JSON.stringify(report, undefined, 1)}\n`);
}

function formatCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle) - 1] as number)) / 2;
}

/** Of times in milliseconds. */
export function figures(times: readonly number[]): Row {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] as number;
  return { 'p50 ms': median(times), 'p95 ms': p95, 'worst ms': sorted.at(-1) ?? 0 };
}
