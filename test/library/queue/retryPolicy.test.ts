/** @file When the queue rests, how long a job waits, and whose fault a failure is. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { CatalogError } from '../../../main/library/catalog/catalogError.ts';
import { ModelChoiceError } from '../../../main/library/models/chooseModel.ts';
import { PromptingError } from '../../../main/library/prompting/promptingError.ts';
import { PhotoOnDiskError } from '../../../main/library/queue/jobRunner.ts';
import { QueueError } from '../../../main/library/queue/modelLeases.ts';
import { isQuiet, linuxPower } from '../../../main/library/queue/pauseGate.ts';
import { backoffMs, classifyFailure } from '../../../main/library/queue/retryPolicy.ts';
import { VectorError } from '../../../main/library/search/vectors/vectorError.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { serializeError, VignetteError } from '../../../native-models/errors.ts';
import { GenerationError } from '../../../native-models/generation/generationError.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { ImageProcessorError } from '../../../native-models/preprocess/imageProcessorConfig.ts';
import { PromptError } from '../../../native-models/prompting/composePrompt.ts';
import { TokenizerError } from '../../../native-models/tokenizers/tokenizerError.ts';
import { it } from '../../support/fixtures.ts';

const at = (hours: number, minutes: number) => new Date(2024, 4, 3, hours, minutes).getTime();

describe('quiet hours', () => {
  it('can lie within a day or go over midnight', () => {
    const day = { from: '09:00', to: '17:30' };
    expect([at(8, 59), at(9, 0), at(17, 29), at(17, 30)].map((time) => isQuiet(day, time))).toEqual([
      ...[false, true, true, false],
    ]);
    const night = { from: '22:00', to: '07:00' };
    expect([at(21, 59), at(22, 0), at(0, 0), at(6, 59), at(7, 0)].map((time) => isQuiet(night, time))).toEqual([
      ...[false, true, true, true, false],
    ]);
  });

  it('that begin when they end are none', () => {
    expect(isQuiet({ from: '07:00', to: '07:00' }, at(7, 0))).toBe(false);
  });
});

describe('the power source of Linux', () => {
  const supply = async (folder: string, name: string, values: Record<string, string>) => {
    await mkdir(path.join(folder, name));
    for (const [key, value] of Object.entries(values)) await writeFile(path.join(folder, name, key), `${value}\n`);
  };

  it('is the battery when it drains and nothing feeds it', async ({ folder }) => {
    await supply(folder.path, 'AC', { type: 'Mains', online: '0' });
    await supply(folder.path, 'BAT0', { type: 'Battery', status: 'Discharging', scope: 'System' });
    expect(await linuxPower(folder.path).onBattery()).toBe(true);
  });

  it('is not the battery when the computer is plugged in, or when only a mouse drains', async ({ folder }) => {
    await supply(folder.path, 'hid', { type: 'Battery', status: 'Discharging', scope: 'Device' });
    expect(await linuxPower(folder.path).onBattery()).toBe(false);
    await supply(folder.path, 'BAT0', { type: 'Battery', status: 'Discharging' });
    await supply(folder.path, 'usb', { type: 'USB', online: '1' });
    expect(await linuxPower(folder.path).onBattery()).toBe(false);
  });

  it('is not the battery where the system says nothing', async () => {
    expect(await linuxPower('/nowhere/at/all').onBattery()).toBe(false);
  });
});

describe('failures', () => {
  it('wait longer each time, spread, and at most a quarter of an hour', () => {
    expect([1, 2, 3].map((attempts) => backoffMs(attempts, 0.5))).toEqual([5_000, 10_000, 20_000]);
    expect(backoffMs(1, 0)).toBe(2_500);
    expect(backoffMs(50, 1)).toBe(15 * 60 * 1000);
  });

  it('are the fault of the photo, of the model, or of the moment', () => {
    const scored = (error: Error) => {
      const serialized = serializeError(error);
      return [serialized.code, classifyFailure(serialized), serialized.blames];
    };
    const errors = [
      new ImageError('IMAGE_CORRUPT', ''),
      new ImageError('IMAGE_UNREADABLE', ''),
      new ImageProcessorError(''),
      new PhotoOnDiskError('PHOTO_CHANGED', '', ''),
      new ModelError('MODEL_DAMAGED', ''),
      new ModelError('OUT_OF_MEMORY', ''),
      new ModelChoiceError('MODEL_NOT_FOUND', ''),
      new QueueError('MODEL_CHANGED', ''),
      new QueueError('QUEUE_CLOSED', ''),
      new GenerationError('MODEL_NOT_FINITE', ''),
      new GenerationError('MODEL_CONTEXT_FULL', ''),
      new GenerationError('GENERATION_NO_TOKEN_LEFT', ''),
      new TokenizerError('TOKENIZER_LENGTH', ''),
      new TokenizerError('TOKENIZER_FILE_MISSING', ''),
      new PromptError('PROMPT_NO_QUESTIONS', ''),
      new PromptError('PROMPT_EMPTY', ''),
      new PromptingError('PROMPT_UNKNOWN_VARIABLE', ''),
      new VectorError('VECTORS_DISK_FULL', ''),
      new VectorError('VECTOR_UNSUITABLE', ''),
      new CatalogError('CATALOG_BUSY', ''),
      new VignetteError('MODEL_HOST_CRASHED', '', { retry: 'never' }),
      new TypeError('unexpected'),
    ];
    expect(errors.map(scored)).toEqual([
      ['IMAGE_CORRUPT', 'permanent', 'photo'],
      ['IMAGE_UNREADABLE', 'transient', 'photo'],
      ['IMAGE_PROCESSOR_UNSUPPORTED', 'run', 'model'],
      ['PHOTO_CHANGED', 'transient', 'photo'],
      ['MODEL_DAMAGED', 'run', 'model'],
      ['OUT_OF_MEMORY', 'transient', 'program'],
      ['MODEL_NOT_FOUND', 'run', 'model'],
      ['MODEL_CHANGED', 'run', 'model'],
      ['QUEUE_CLOSED', 'transient', 'program'],
      ['MODEL_NOT_FINITE', 'permanent', 'program'],
      ['MODEL_CONTEXT_FULL', 'permanent', 'program'],
      ['GENERATION_NO_TOKEN_LEFT', 'permanent', 'program'],
      ['TOKENIZER_LENGTH', 'permanent', 'program'],
      ['TOKENIZER_FILE_MISSING', 'run', 'model'],
      ['PROMPT_NO_QUESTIONS', 'run', 'question'],
      ['PROMPT_EMPTY', 'permanent', 'program'],
      ['PROMPT_UNKNOWN_VARIABLE', 'run', 'question'],
      ['VECTORS_DISK_FULL', 'transient', 'disk'],
      ['VECTOR_UNSUITABLE', 'transient', 'program'],
      ['CATALOG_BUSY', 'transient', 'disk'],
      ['MODEL_HOST_CRASHED', 'crashed', 'program'],
      ['INTERNAL', 'transient', 'program'],
    ]);
  });
});
