/** @file Measures this machine in a process of its own. Main process and CLI. */
import { RemoteError } from '../errors.ts';
import { forkHostProcess, type StartHostProcess } from '../runtime/hostConnection.ts';
import { runInProcess } from '../runtime/processTask.ts';
import { DeviceError } from './deviceError.ts';
import { type FloorMessage, floorMessageSchema, type MachineFloor } from './machineFloor.ts';

export interface MeasuredFloor {
  readonly floor: MachineFloor;
  /** How much of the machine's processors others used meanwhile, 0 … 1: it seems slower than it is. */
  readonly othersShare: number;
}

/** With Node's `child_process.fork`. */
export const forkFloor: StartHostProcess = (listeners) =>
  forkHostProcess(new URL('./floorProcess.ts', import.meta.url))(listeners);

/** @throws RemoteError what went wrong there; DeviceError MACHINE_NOT_MEASURED where the process died; the signal's reason */
export async function measureFloorInProcess(
  startProcess: StartHostProcess,
  signal?: AbortSignal,
): Promise<MeasuredFloor> {
  return await runInProcess<FloorMessage, MeasuredFloor>(startProcess, {
    request: { type: 'measure' },
    messages: floorMessageSchema,
    signal,
    onMessage(said, { finish }) {
      if (said.type === 'failed') throw new RemoteError(said.error);
      finish(said);
    },
    crashed: (reason) => {
      const message = `The speed of this machine could not be measured (${reason}).`;
      return new DeviceError('MACHINE_NOT_MEASURED', message, { reason });
    },
  });
}
