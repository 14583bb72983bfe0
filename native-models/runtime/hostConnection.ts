/** @file A running model host process as its client sees it, how Node starts one, and how its end is reported. */
import { fork } from 'node:child_process';
import { messageFromText, messageToText } from './messageText.ts';

/** The other end: sends messages, reports messages, reports its end once. Electron provides one of its own. */
export interface HostConnection {
  /** Of the process, where it is one that others may watch. */
  readonly pid?: number | undefined;
  send(message: unknown): void;
  /** Ends the process at once; its end is reported soon, even where it does not come. */
  kill(): void;
}

export interface HostListeners {
  readonly onMessage: (message: unknown) => void;
  /** @param reason how the process ended, for people: "exit code 1", "signal SIGKILL" */
  readonly onExit: (reason: string) => void;
}

/** Starts a host process and connects it. */
export type StartHostProcess = (listeners: HostListeners) => HostConnection;

export interface ForkOptions {
  /** Added to those of this process; or the only ones, where another Node runs the process. */
  readonly nodeOptions?: readonly string[];
  /** The Node to run it; by default the one that runs this process. */
  readonly nodeBinary?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Messages go as text: the two ends may be different versions of V8, which need not read each other's binary format. */
  readonly messagesAsText?: boolean;
}

/** Starts `entry` with Node's `child_process.fork`. */
export function forkHostProcess(entry: URL, options: ForkOptions = {}): StartHostProcess {
  const { nodeOptions = [], nodeBinary, env = process.env, messagesAsText = false } = options;
  return ({ onMessage, onExit }) => {
    const child = fork(entry, {
      serialization: messagesAsText ? 'json' : 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env,
      ...(nodeBinary === undefined
        ? { execArgv: [...process.execArgv, ...nodeOptions] }
        : { execPath: nodeBinary, execArgv: [...nodeOptions] }),
    });
    const end = new ProcessEnd(onExit);
    child.on('message', (message) => {
      if (!end.isReported) onMessage(messagesAsText ? messageFromText(message) : message);
    });
    child.on('error', (error) => {
      // a failed send is followed by 'exit'; a process that never came to be has none
      if (child.pid === undefined) end.report(`it could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => end.report(signal === null ? `exit code ${code}` : `signal ${signal}`));
    return {
      pid: child.pid,
      send(message) {
        if (child.connected) child.send(messagesAsText ? messageToText(message) : (message as object));
      },
      kill() {
        child.kill('SIGKILL');
        end.expect();
      },
    };
  };
}

/** A process that waits for a drive which is gone outlives every signal; a caller that waits for its end must not. */
const deadlineMs = 5000;

/** The end of a process that was started: reported once, and soon after it was asked for even where the process does not end. */
export class ProcessEnd {
  readonly #onExit: (reason: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;

  /** @param onExit as in `HostListeners` */
  constructor(onExit: (reason: string) => void) {
    this.#onExit = onExit;
  }

  /** What the process may still say counts no more: another may have its place. */
  get isReported(): boolean {
    return this.#isReported;
  }

  /** It was asked to end. */
  expect(): void {
    if (this.#isReported) return;
    this.#timer ??= setTimeout(() => this.report('it did not end when it was told to'), deadlineMs);
  }

  report(reason: string): void {
    if (this.#isReported) return;
    this.#isReported = true;
    clearTimeout(this.#timer);
    this.#onExit(reason);
  }
}
