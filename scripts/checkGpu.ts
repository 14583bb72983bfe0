/**
 * @file `npm run check:gpu`: checks what this machine's graphics cards compute against the CPU, measures their speed, and
 * writes a report that can be attached to an issue. Without a card it does so with SwiftShader, where Chromium's is there.
 *
 *     npm run check:gpu -- [--out FOLDER] [--model FOLDER …] [--quick]
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { describeMachine } from '../bench/report.ts';
import { importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';
import { thisMachine } from '../native-models/devices/availability.ts';
import type { Device } from '../native-models/devices/device.ts';
import { driverFacts } from '../native-models/devices/driver.ts';
import type { ListedDevice } from '../native-models/devices/listedDevice.ts';
import { serializeError } from '../native-models/errors.ts';
import { type Precision, precisionSchema } from '../native-models/quantization/precision.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import packageJson from '../package.json' with { type: 'json' };
import { findVulkanLoader, swiftShader } from './findChromium.ts';
import type { ParityItem } from './gpuCheck/parityItem.ts';
import { ParityRun } from './gpuCheck/parityRun.ts';
import { allUsable, type CheckedItem, type GpuReport, passes, reportMarkdown, summaryOf } from './gpuCheck/report.ts';
import { measureSpeed } from './gpuCheck/speed.ts';

const fixtures = [
  ...['instructblip-t5', 'instructblip-llama', 'blip2-t5', 'blip2-opt', 'blip2-itm'],
  ...['blip-caption', 'blip-vqa', 'blip-itm'],
];
/** One of each kind, for a software adapter or somebody in a hurry. */
const quickFixtures = ['instructblip-t5', 'blip-itm'];
const demoCheckpoint = path.join(import.meta.dirname, '../resources/demo-model/checkpoint');

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'device-report' },
    model: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
  },
});

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function detected(): Promise<ListedDevice[]> {
  await using host = ModelHost.start();
  return await host.devices();
}

/** Where there is no card at all, the one that Chromium emulates; processes that are started inherit it. */
async function devicesOfMachine(): Promise<ListedDevice[]> {
  const devices = await detected();
  const hasCard = devices.some(({ device, problem }) => device !== 'cpu' && problem === null);
  if (hasCard || !existsSync(swiftShader) || findVulkanLoader() === undefined) return devices;
  say('There is no graphics card that can be used; SwiftShader, Chromium’s software adapter, is checked instead.');
  process.env.VK_DRIVER_FILES = swiftShader;
  return await detected();
}

async function checkAll(
  devices: readonly ListedDevice[],
  isQuick: boolean,
  workFolder: string,
): Promise<CheckedItem[]> {
  using run = new ParityRun(workFolder);
  const items = devices.flatMap(({ device, hasFloat16 }) =>
    (isQuick ? quickFixtures : fixtures).flatMap((fixture) =>
      precisionSchema.options
        .filter((precision) => precision !== 'fp16' || hasFloat16)
        .flatMap((precision) =>
          (['fused', 'composed'] as const).map((attention): ParityItem => ({ device, fixture, precision, attention })),
        ),
    ),
  );
  const checked: CheckedItem[] = [];
  for (const item of items) {
    const one = { item, result: await run.check(item) };
    checked.push(one);
    const { device, fixture, precision, attention } = item;
    const outcome = one.result.problem ?? (passes(one) ? 'ok' : 'wrong');
    say(`${checked.length}/${items.length} ${device} ${fixture} ${precision} ${attention}: ${outcome}`);
  }
  return checked;
}

async function measureAll(devices: readonly Device[], workFolder: string): Promise<GpuReport['speed']> {
  const imported = async (precision: Precision) => {
    const id = `demo-${precision}`;
    await importCheckpoint({ source: demoCheckpoint, modelsFolder: workFolder, id, precision, measuresQuality: false });
    return path.join(workFolder, id);
  };
  const folders: string[] = options.model.map((folder) => path.resolve(folder));
  for (const precision of precisionSchema.options) folders.push(await imported(precision));
  const speed: GpuReport['speed'][number][] = [];
  for (const folder of folders) {
    for (const device of devices) {
      say(`Measuring ${path.basename(folder)} on ${device}.`);
      const failed = (error: unknown) => ({
        model: path.basename(folder),
        device,
        problem: serializeError(error).message,
      });
      speed.push(await measureSpeed(folder, device).catch(failed));
    }
  }
  return speed;
}

const devices = await devicesOfMachine();
const usable = devices.filter(({ problem }) => problem === null);
const cards = usable.filter(({ device }) => device !== 'cpu');
say(summaryOf({ devices, parity: [] }));
const workFolder = await mkdtemp(path.join(tmpdir(), 'vignette-gpu-'));
try {
  const isQuick = options.quick || cards.every(({ isSoftware }) => isSoftware);
  const parity = await checkAll(cards, isQuick, workFolder);
  const speed = await measureAll(
    usable.map(({ device }) => device),
    workFolder,
  );
  const machine = {
    ...describeMachine(),
    platform: `${process.platform} ${process.arch}`,
    onnxruntime: ort.env.versions.node ?? ort.env.versions.common,
    vignette: packageJson.version,
  };
  const report: GpuReport = { machine, drivers: driverFacts(thisMachine()), devices, parity, speed };
  await mkdir(options.out, { recursive: true });
  await writeFile(path.join(options.out, 'report.json'), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(path.join(options.out, 'report.md'), reportMarkdown(report));
  say(
    `${summaryOf(report)}\nThe report is in ${path.resolve(options.out)}: report.md for people, report.json for programs.`,
  );
  if (!allUsable(parity)) process.exitCode = 1;
} finally {
  await rm(workFolder, { recursive: true, force: true });
}
