/** @file One task in a process of its own, which is ended when the task is done, failed or stopped. Main process and CLI. */
import type * as z from 'zod';
import type { StartHostProcess } from './hostConnection.ts';

export interface ProcessTask<Message, Result> {
  /** What the process is told at first. */
  readonly request: unknown;
  /** What it may say. */
  readonly messages: z.ZodType<Message>;
  /** Of each message; what it throws, or rejects with, is why the task failed. */
  readonly onMessage: (message: Message, task: RunningTask<Result>) => Promise<void> | void;
  /** Why it failed where the process has ended by itself. */
  readonly crashed: (reason: string) => Error;
  readonly signal?: AbortSignal | undefined;
}

export interface RunningTask<Result> {
  finish(result: Result): void;
  send(message: unknown): void;
}

/**
 * Resolves or rejects when the process is gone: whoever starts another must not meet one that still holds a file.
 * @throws what `onMessage` throws; `crashed`; a ZodError for a message of another kind; the signal's reason
 */
export async function runInProcess<Message, Result>(
  startProcess: StartHostProcess,
  { request, messages, onMessage, crashed, signal }: ProcessTask<Message, Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const outcome = Promise.withResolvers<Result>();
  const ended = Promise.withResolvers<void>();
  const task: RunningTask<Result> = { finish: outcome.resolve, send: (message) => process.send(message) };
  const receive = async (message: unknown) => await onMessage(messages.parse(message), task);
  const process = startProcess({
    onMessage: (message) => void receive(message).catch(outcome.reject),
    onExit(reason) {
      // too late to matter where the task is over
      outcome.reject(crashed(reason));
      ended.resolve();
    },
  });
  const stop = () => outcome.reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    process.send(request);
    return await outcome.promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    process.kill();
    await ended.promise;
  }
}
