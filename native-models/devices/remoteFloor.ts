/** @file Measures this machine in a process of its own. Main process and CLI. */
import { RemoteError } from '../errors.ts';
import { forkHostProcess, type StartHostProcess } from '../runtime/hostConnection.ts';
import { DeviceError } from './deviceError.ts';
import { floorMessageSchema } from './floorMessages.ts';
import type { MachineFloor } from './machineFloor.ts';

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
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<MeasuredFloor>();
  const process = startProcess({
    onMessage(message) {
      const said = floorMessageSchema.safeParse(message);
      if (!said.success) reject(said.error);
      else if (said.data.type === 'measured') resolve(said.data);
      else reject(new RemoteError(said.data.error));
    },
    onExit: (reason) =>
      reject(
        new DeviceError('MACHINE_NOT_MEASURED', `The speed of this machine could not be measured (${reason}).`, {
          reason,
        }),
      ),
  });
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    process.send({ type: 'measure' });
    return await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    process.kill();
  }
}
