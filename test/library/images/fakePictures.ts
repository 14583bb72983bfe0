/** @file Picture processes that do what a test tells them: every request is held until it is answered, or its process ends. */
import {
  outOfMemoryExitCode,
  type PictureMessage,
  type PictureRequest,
  type PictureWork,
  pictureRequestSchema,
} from '../../../main/library/images/process/pictureProtocol.ts';
import type { StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';

export interface HeldRequest extends PictureRequest {
  /** Of the process, in the order of their starts. */
  readonly process: number;
  answer(value: unknown): void;
  refuse(message: DistributiveOmit<Exclude<PictureMessage, { type: 'result' }>, 'id'>): void;
  endProcess(how?: string): void;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export class FakePictures {
  readonly requests: HeldRequest[] = [];
  readonly ended: number[] = [];
  started = 0;

  readonly start: StartHostProcess = ({ onMessage, onExit }) => {
    const process = this.started++;
    let runs = true;
    const end = (how: string) => {
      if (!runs) return;
      runs = false;
      this.ended.push(process);
      // As a real process: its end is told later.
      setImmediate(() => onExit(how));
    };
    return {
      send: (message) => {
        const request = pictureRequestSchema.parse(message);
        const { id } = request;
        this.requests.push({
          ...request,
          process,
          answer: (value) => onMessage({ type: 'result', id, value }),
          refuse: (refusal) => onMessage({ ...refusal, id }),
          endProcess: (how = 'exit code 1') => end(how),
        });
      },
      kill: () => end('signal SIGKILL'),
    };
  };

  /** The request about this file that came last. */
  about(file: string): HeldRequest {
    const found = this.requests.findLast(({ work }) => fileOf(work) === file);
    if (found === undefined) throw new Error(`nothing was asked about ${file}`);
    return found;
  }

  get last(): HeldRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }

  get files(): string[] {
    return this.requests.map(({ work }) => fileOf(work));
  }
}

export const outOfMemory = `exit code ${outOfMemoryExitCode}`;

function fileOf(work: PictureWork): string {
  return 'file' in work ? work.file : work.type;
}

/** All that follows from what was done has happened, but for what waits for a timer or a disk. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
