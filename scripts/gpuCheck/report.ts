/** @file What was found out about a machine's devices, as Markdown for people and JSON for programs. Pure. */
import type { Machine } from '../../bench/report.ts';
import { deviceNames } from '../../native-models/devices/device.ts';
import type { ListedDevice } from '../../native-models/devices/listedDevice.ts';
import { noticeText } from '../../resources/messages/noticeText.ts';
import { texts } from '../../resources/messages/texts.ts';
import type { ParityItem, ParityResult } from './parityItem.ts';
import type { Speed } from './speed.ts';

export interface CheckedItem {
  readonly item: ParityItem;
  readonly result: ParityResult;
}

export interface GpuReport {
  readonly machine: Machine & { readonly platform: string; readonly onnxruntime: string; readonly vignette: string };
  /** What the graphics drivers say about themselves. */
  readonly drivers: readonly string[];
  readonly devices: readonly ListedDevice[];
  readonly parity: readonly CheckedItem[];
  readonly speed: readonly (Speed | { readonly model: string; readonly device: string; readonly problem: string })[];
}

/** Quantised weights may change an answer; of float32, none. */
export function passes({ item, result }: CheckedItem): boolean {
  const { difference, tolerance, equalAnswers, answers } = result;
  if (difference === null || difference > tolerance) return false;
  return item.precision !== 'fp32' || equalAnswers === answers;
}

/**
 * Whether every device computes every model in one of the two forms at least: the program takes the one that is right.
 */
export function allUsable(parity: readonly CheckedItem[]): boolean {
  const models = Map.groupBy(parity, ({ item }) => [item.device, item.fixture, item.precision].join(' '));
  return [...models.values()].every((forms) => forms.some(passes));
}

export function reportMarkdown(report: GpuReport): string {
  const { machine, drivers, devices, parity, speed } = report;
  const { cpu, cores, memoryGB, platform, node, onnxruntime, vignette } = machine;
  return [
    '# Devices of a machine, checked by Vignette',
    `Vignette ${vignette}, onnxruntime ${onnxruntime}, Node ${node}, ${platform}; ${cpu}, ${cores} cores, ${memoryGB} GB.`,
    ...drivers.map((driver) => `    ${driver}`),
    '## Devices',
    table(
      ['device', 'can be used', 'memory free'],
      devices.map(({ device, problem, isSoftware, freeBytes }) => [
        device,
        usable({ problem, isSoftware }),
        freeBytes === null ? '' : `${(freeBytes / 1e9).toFixed(1)} GB`,
      ]),
    ),
    summaryOf(report),
    ...(parity.length === 0
      ? []
      : [
          '## Parity with the CPU',
          'Largest difference of the self-test’s values, and greedy answers that are the same token for token.',
          table(
            ['device', 'model', 'precision', 'attention', 'difference', 'allowed', 'answers', ''],
            parity.map((checked) => {
              const { item, result } = checked;
              return [
                ...[item.device, item.fixture, item.precision, item.attention],
                result.difference?.toExponential(1) ?? '–',
                result.tolerance.toString(),
                result.answers === 0 ? '' : `${result.equalAnswers} of ${result.answers}`,
                result.problem ?? (passes(checked) ? 'ok' : '**wrong**'),
              ];
            }),
          ),
        ]),
    '## Speed',
    'Milliseconds, medians of three photos, 20 new tokens, greedy.',
    table(
      ['model', 'precision', 'device', 'load', 'vision', 'to the first token', 'per token', 'answer', ''],
      speed.map((row) =>
        'problem' in row
          ? [row.model, '', row.device, '', '', '', '', '', row.problem]
          : [
              ...[row.model, row.precision, row.device],
              ...[row.loadMs, row.visionMs, row.prefillMs, row.msPerToken, row.answerMs].map((ms) => ms.toPrecision(3)),
              noticeText(row.notices, texts.en),
            ],
      ),
    ),
    '',
  ].join('\n\n');
}

function usable({ problem, isSoftware }: Pick<ListedDevice, 'problem' | 'isSoftware'>): string {
  if (problem !== null) return noticeText([problem], texts.en);
  return isSoftware ? 'yes, emulated by the CPU' : 'yes';
}

export function summaryOf({ devices, parity }: Pick<GpuReport, 'devices' | 'parity'>): string {
  const usable = devices.filter(({ device, problem }) => device !== 'cpu' && problem === null);
  if (usable.length === 0)
    return 'This machine has no graphics card that can be used: nothing but the CPU was measured.';
  const names = usable.map(
    ({ device, isSoftware }) => `${deviceNames[device]}${isSoftware ? ' (emulated by the CPU)' : ''}`,
  );
  const hasCard = usable.some(({ isSoftware }) => !isSoftware);
  const about = hasCard ? '' : 'This machine has no graphics card; what follows is correctness only, and no speed. ';
  if (parity.length === 0) return `${about}To be checked: ${names.join(', ')}.`;
  const verdict = allUsable(parity)
    ? 'Every model is computed correctly in one form of attention at least.'
    : 'Not every model is computed correctly: see below. Vignette would use the CPU for those.';
  return `${about}Checked: ${names.join(', ')}. ${verdict}`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
