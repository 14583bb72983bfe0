/** @file A running model host process as its client sees it, and how Node starts one. */
import { fork } from 'node:child_process';

/** The other end: sends messages, reports messages, reports its end once. Electron provides one of its own. */
export interface HostConnection {
  send(message: unknown): void;
  /** Ends the process at once. */
  kill(): void;
}

export interface HostListeners {
  readonly onMessage: (message: unknown) => void;
  /** @param reason how the process ended, for people: "exit code 1", "signal SIGKILL" */
  readonly onExit: (reason: string) => void;
}

/** Starts a host process and connects it. */
export type StartHostProcess = (listeners: HostListeners) => HostConnection;

/** Starts `entry` with Node's `child_process.fork`. @param nodeOptions added to those of this process */
export function forkHostProcess(entry: URL, nodeOptions: readonly string[] = []): StartHostProcess {
  return ({ onMessage, onExit }) => {
    const child = fork(entry, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ...nodeOptions],
    });
    child.on('message', onMessage);
    child.on('error', (error) => {
      // a failed send is followed by 'exit'; a process that never came to be has none
      if (child.pid === undefined) onExit(`it could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => onExit(signal === null ? `exit code ${code}` : `signal ${signal}`));
    return {
      send(message) {
        if (child.connected) child.send(message as object);
      },
      kill() {
        child.kill('SIGKILL');
      },
    };
  };
}
