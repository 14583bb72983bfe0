/** @file A task in a process of its own: its result, its failures, and that the process is gone afterwards. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { HostListeners, StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { type ProcessTask, runInProcess } from '../../../native-models/runtime/processTask.ts';

const messages = z.object({ sum: z.number() });

/** A process that is gone a moment after it was killed. */
class ProcessDouble {
  readonly sent: unknown[] = [];
  isGone = false;
  listeners: HostListeners | undefined;

  readonly start: StartHostProcess = (listeners) => {
    this.listeners = listeners;
    return {
      send: (message) => void this.sent.push(message),
      kill: () => setTimeout(() => this.end('signal SIGKILL'), 5),
    };
  };

  end(reason: string): void {
    this.isGone = true;
    this.listeners?.onExit(reason);
  }
}

function run(process: ProcessDouble, changes: Partial<ProcessTask<{ sum: number }, number>> = {}): Promise<number> {
  return runInProcess(process.start, {
    request: { add: [1, 2] },
    messages,
    onMessage: ({ sum }, { finish }) => finish(sum),
    crashed: (reason) => new Error(`it crashed: ${reason}`),
    ...changes,
  });
}

describe('a task in a process of its own', () => {
  it('gives its result when the process is gone', async () => {
    const process = new ProcessDouble();
    const result = run(process);
    process.listeners?.onMessage({ sum: 3 });
    expect(await result).toBe(3);
    expect(process.sent).toEqual([{ add: [1, 2] }]);
    expect(process.isGone).toBe(true);
  });

  it('fails with what its messages are answered with, also later', async () => {
    const process = new ProcessDouble();
    const failed = run(process, { onMessage: () => Promise.reject(new Error('refused')) });
    process.listeners?.onMessage({ sum: 3 });
    await expect(failed).rejects.toThrow('refused');
    expect(process.isGone).toBe(true);
  });

  it('fails where the process says something else, or ends', async () => {
    const [strange, ended] = [new ProcessDouble(), new ProcessDouble()];
    const results = [
      expect(run(strange)).rejects.toBeInstanceOf(z.ZodError),
      expect(run(ended)).rejects.toThrow('it crashed: exit code 1'),
    ];
    strange.listeners?.onMessage({ sum: 'three' });
    ended.end('exit code 1');
    await Promise.all(results);
  });

  it('ends the process when it is stopped, and starts none when it was stopped before', async () => {
    const process = new ProcessDouble();
    const control = new AbortController();
    const stopped = run(process, { signal: control.signal });
    control.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    expect(process.isGone).toBe(true);
    const never = new ProcessDouble();
    await expect(run(never, { signal: control.signal })).rejects.toThrow('stopped');
    expect(never.listeners).toBeUndefined();
  });
});
