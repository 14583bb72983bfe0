/** @file When the queue rests, how long a job waits, and whose fault a failure is. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backOffMs, blamesPhoto, verdictOn } from '../../../main/library/queue/failures.ts';
import { linuxPower } from '../../../main/library/queue/powerSource.ts';
import { isQuiet } from '../../../main/library/queue/quietHours.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

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

  it('is the battery when it drains and nothing feeds it', async () => {
    await using folder = await temporaryFolder();
    await supply(folder.path, 'AC', { type: 'Mains', online: '0' });
    await supply(folder.path, 'BAT0', { type: 'Battery', status: 'Discharging', scope: 'System' });
    expect(await linuxPower(folder.path).onBattery()).toBe(true);
  });

  it('is not the battery when the computer is plugged in, or when only a mouse drains', async () => {
    await using folder = await temporaryFolder();
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
    expect([1, 2, 3].map((attempts) => backOffMs(attempts, 0.5))).toEqual([5_000, 10_000, 20_000]);
    expect(backOffMs(1, 0)).toBe(2_500);
    expect(backOffMs(50, 1)).toBe(15 * 60 * 1000);
  });

  it('are the fault of the photo, of the model, or of the moment', () => {
    expect(['IMAGE_CORRUPT', 'MODEL_DAMAGED', 'OUT_OF_MEMORY'].map((code) => verdictOn({ code }))).toEqual([
      ...['permanent', 'run', 'passing'],
    ]);
    expect([blamesPhoto('IMAGE_CORRUPT'), blamesPhoto('MODEL_NOT_FINITE')]).toEqual([true, false]);
  });
});
