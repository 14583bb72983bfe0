/** @file Entry of a scan worker: a thread that reads vectors and computes with them, so that the main process does neither. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { fileSystemCode } from '../../files/fileSystemError.ts';
import { boundsOf } from './boundsTask.ts';
import { KernelShelf } from './codeBlocks.ts';
import { nearHashes, nearPairs } from './duplicateTasks.ts';
import { damagedOf, scoresOf } from './exactTasks.ts';
import { type ScanTask, scanRequestSchema } from './scanTasks.ts';

interface Done {
  readonly result: unknown;
  /** Handed over rather than copied. */
  readonly transfer: readonly Transferable[];
}

const shelf = new KernelShelf();

parentPort?.on('message', (message) => {
  const { id, task } = scanRequestSchema.parse(message);
  try {
    const { result, transfer } = perform(task);
    parentPort?.postMessage({ id, result }, transfer);
  } catch (error) {
    parentPort?.postMessage({ id, error: { message: String(error), code: fileSystemCode(error) } });
  }
});

function perform(task: ScanTask): Done {
  switch (task.type) {
    case 'bounds':
      return handOver(boundsOf(task, shelf));
    case 'scores': {
      const result = scoresOf(task);
      return { result, transfer: [result.scores.buffer, result.checksums.buffer] };
    }
    case 'check':
      return handOver(damagedOf(task));
    case 'pairs':
      return handOver(nearPairs(task, shelf));
    case 'hashes':
      return handOver(nearHashes(task));
  }
}

function handOver(result: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Done {
  return { result, transfer: [result.buffer] };
}
