/** @file Starts the model host, the import of a model and the processes that read photos, each as one of Electron's utility processes, with the same messages as everywhere else. Desktop main process. */
import { fileURLToPath } from 'node:url';
import type { StartHostProcess } from '../../native-models/runtime/hostConnection.ts';
import { ProcessEnd } from '../../native-models/runtime/hostConnection.ts';

/** What is used of Electron's `utilityProcess`. */
export interface UtilityForker {
  fork(
    modulePath: string,
    args: string[],
    options: { serviceName: string; stdio: ('ignore' | 'inherit')[] },
  ): {
    on(event: 'message', listener: (message: unknown) => void): unknown;
    once(event: 'spawn', listener: () => void): unknown;
    once(event: 'exit', listener: (code: number) => void): unknown;
    postMessage(message: unknown): void;
    /** False, and nothing happens, where the process has not been spawned yet. */
    kill(): boolean;
  };
}

export function forkUtilityHost(
  utilityProcess: UtilityForker,
  entry: URL,
  serviceName = 'Vignette model host',
): StartHostProcess {
  return ({ onMessage, onExit }) => {
    const child = utilityProcess.fork(fileURLToPath(entry), [], {
      serviceName,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const end = new ProcessEnd(onExit);
    let isUnwanted = false;
    child.on('message', (message) => {
      if (!end.isReported) onMessage(message);
    });
    child.once('exit', (code) => end.report(`exit code ${code}`));
    child.once('spawn', () => {
      if (isUnwanted) child.kill();
    });
    return {
      send: (message) => child.postMessage(message),
      kill: () => {
        isUnwanted = true;
        child.kill();
        end.expect();
      },
    };
  };
}
