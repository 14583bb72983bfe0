/** @file How fast a device answers: the bundled model, or one that is named, about one demo photo. */
import path from 'node:path';
import { median } from '../../bench/report.ts';
import type { Device } from '../../native-models/devices/device.ts';
import type { DeviceNotice } from '../../native-models/devices/deviceNotice.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import type { Answer } from '../../native-models/runtime/protocol.ts';

export interface Speed {
  readonly model: string;
  readonly precision: string;
  readonly device: Device;
  readonly loadMs: number;
  readonly visionMs: number;
  readonly prefillMs: number;
  readonly msPerToken: number;
  readonly answerMs: number;
  /** Where it was another device than the one that was asked for: why. */
  readonly notices: readonly DeviceNotice[];
}

const photos = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg', 'IMG_1015.jpg'];
const photosFolder = path.join(import.meta.dirname, '../../resources/demo-photos/Coast');
const tokens = 20;

/** Medians of several photos, after one that pays for what is set up once. */
export async function measureSpeed(modelFolder: string, device: Device): Promise<Speed> {
  await using host = ModelHost.start();
  const { id, precision, device: used, loadMs, notices } = await host.load(modelFolder, { device });
  const settings = generationSettingsSchema.parse({ minNewTokens: tokens, maxNewTokens: tokens });
  const answers: Answer[] = [];
  for (const photo of photos) {
    answers.push(await host.answer({ image: path.join(photosFolder, photo), prompt: 'a photo of', settings }));
  }
  const of = (time: (ms: Answer['ms']) => number) => median(answers.slice(1).map(({ ms }) => time(ms)));
  return {
    model: id,
    precision,
    device: used,
    loadMs,
    notices,
    visionMs: of((ms) => ms.visionMs),
    prefillMs: of((ms) => ms.qformerMs + ms.prefillMs),
    msPerToken: of((ms) => ms.decodeMs / (tokens - 1)),
    answerMs: of((ms) => ms.totalMs),
  };
}
