/** @file The speed of this machine is measured once, in another process, and kept. */
import { describe, expect } from 'vitest';
import { MachineSpeed } from '../../../main/library/models/machineSpeed.ts';
import type { FloorMessage } from '../../../native-models/devices/machineFloor.ts';
import type { HostListeners, StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { it } from '../../support/fixtures.ts';

const floor = { memoryBytesPerSecond: 1e9, operationsPerSecond: { float: 1e9, int8: 2e9, blocks: 3e9 } };

class MeasuringDouble {
  starts = 0;
  kills = 0;
  readonly #answer: FloorMessage | 'dies' | 'measures on';

  constructor(answer: FloorMessage | 'dies' | 'measures on') {
    this.#answer = answer;
  }

  readonly start: StartHostProcess = (listeners: HostListeners) => {
    this.starts += 1;
    return {
      send: () => {
        if (this.#answer === 'dies') listeners.onExit('signal SIGKILL');
        else if (this.#answer !== 'measures on') listeners.onMessage(this.#answer);
      },
      kill: () => {
        this.kills += 1;
        listeners.onExit('signal SIGKILL');
      },
    };
  };
}

function speedsIn(folder: string, double: MeasuringDouble) {
  return (version = '1.0.0') => new MachineSpeed({ folder, version, startProcess: double.start });
}

describe('the speed of this machine', () => {
  it('is measured once for all who ask, and kept for the next start of the same version', async ({ folder }) => {
    const double = new MeasuringDouble({ type: 'measured', floor, othersShare: 0.1 });
    const open = speedsIn(folder.path, double);
    const speed = open();
    expect(await speed.known()).toBeUndefined();
    expect(await Promise.all([speed.measured(), speed.measured()])).toEqual([floor, floor]);
    expect(await open().measured()).toEqual(floor);
    expect(double.starts).toBe(1);
    expect(await open('2.0.0').known()).toBeUndefined();
  });

  it('is measured again after the next start where others used the machine', async ({ folder }) => {
    const double = new MeasuringDouble({ type: 'measured', floor, othersShare: 0.6 });
    const open = speedsIn(folder.path, double);
    const speed = open();
    // and taken for what others left of it
    const share = 1 - 0.6;
    expect((await speed.measured()).memoryBytesPerSecond).toBeCloseTo(floor.memoryBytesPerSecond / share, 0);
    await speed.measured();
    expect(double.starts).toBe(1);
    expect(await open().known()).toBeUndefined();
  });

  it('is measured no longer when the library is closed', async ({ folder }) => {
    const double = new MeasuringDouble('measures on');
    const speed = speedsIn(folder.path, double)();
    const measured = expect(speed.measured()).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => double.starts).toBe(1);
    await speed[Symbol.asyncDispose]();
    expect(double.kills).toBe(1);
    await measured;
    await expect(speed.measured()).rejects.toMatchObject({ name: 'AbortError' });
    expect(double.starts).toBe(1);
  });

  it('says that it could not be measured, and can be tried again', async ({ folder }) => {
    const double = new MeasuringDouble('dies');
    const speed = speedsIn(folder.path, double)();
    await expect(speed.measured()).rejects.toMatchObject({ code: 'MACHINE_NOT_MEASURED' });
    await expect(speed.measured()).rejects.toThrow('signal SIGKILL');
    expect(double.starts).toBe(2);
  });
});
