/**
 * @file Picture processes that outlive the library which asked for them: to start one takes as long as many a test. The
 * next library of the same test file gets them, as if they were new.
 */
import { forkPictures } from '../../main/library/images/process/pictureProcesses.ts';
import type { HostConnection, HostListeners, StartHostProcess } from '../../native-models/runtime/hostConnection.ts';

class KeptProcess {
  readonly #connection: HostConnection;
  #listeners: HostListeners | undefined;
  #unanswered = 0;
  hasEnded = false;

  constructor() {
    this.#connection = forkPictures({
      onMessage: (message) => {
        this.#unanswered -= 1;
        this.#listeners?.onMessage(message);
      },
      onExit: (how) => {
        this.hasEnded = true;
        this.#listeners?.onExit(how);
      },
    });
  }

  lend(listeners: HostListeners): HostConnection {
    this.#listeners = listeners;
    return {
      pid: this.#connection.pid,
      send: (message) => {
        this.#unanswered += 1;
        this.#connection.send(message);
      },
      kill: () => this.#kill(),
    };
  }

  /** Only one that has nothing in hand can be taken for a new one. */
  #kill(): void {
    if (this.#unanswered > 0 || this.hasEnded) {
      this.#connection.kill();
      return;
    }
    const listeners = this.#listeners;
    this.#listeners = undefined;
    idle.push(this);
    queueMicrotask(() => listeners?.onExit('signal SIGKILL'));
  }
}

const idle: KeptProcess[] = [];

/** For `startPictures` of libraries in which picture processes are not what is tested. */
export const keptPictures: StartHostProcess = (listeners) => {
  let kept = idle.pop();
  while (kept?.hasEnded === true) kept = idle.pop();
  return (kept ?? new KeptProcess()).lend(listeners);
};
