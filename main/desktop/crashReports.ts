/** @file Writes down what went wrong, on this machine only: a small file each, the latest twenty. Desktop main process. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serializeError } from '../../native-models/errors.ts';
import { makePrivateFolderSync, makeTreePrivateSync, privateFileMode } from '../library/files/privateFiles.ts';

const maxReports = 20;
const maxText = 20_000;

export interface CrashFacts {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** What is used of Electron's `App` and of Node's `process`. */
interface CrashingApp {
  on(
    event: 'child-process-gone',
    listener: (
      event: unknown,
      details: { readonly type: string; readonly reason: string; readonly exitCode: number; readonly name?: string },
    ) => void,
  ): unknown;
}
interface CrashingProcess {
  on(event: 'uncaughtException', listener: (error: Error) => void): unknown;
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

export class CrashReports {
  readonly folder: string;
  readonly #program: Readonly<Record<string, string>>;
  #count = 0;

  /** @param program what every report says of the program and the machine */
  constructor(folder: string, program: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#program = program;
  }

  /** At once, since nothing may run any more afterwards. Where it cannot be written, there is nobody to tell. */
  report(kind: string, { message, stack, details }: CrashFacts): void {
    const at = new Date().toISOString();
    this.#count += 1;
    // The number keeps those of one moment apart, and in order.
    const name = `${at.replaceAll(':', '-')}-${String(this.#count).padStart(4, '0')}-${kind}.json`;
    const content = {
      kind,
      at,
      message: message.slice(0, maxText),
      stack: stack?.slice(0, maxText) ?? null,
      details: details ?? {},
      program: this.#program,
    };
    try {
      this.makeFolder();
      writeFileSync(join(this.folder, name), `${JSON.stringify(content, undefined, 2)}\n`, { mode: privateFileMode });
      this.#rotate();
    } catch {
      // A full disk, for example.
    }
  }

  makeFolder(): void {
    makePrivateFolderSync(this.folder);
    // Also one of an earlier version, which others could read.
    makeTreePrivateSync(this.folder);
  }

  reportError(kind: string, error: unknown): void {
    const { message, code, details } = serializeError(error);
    const stack = error instanceof Error ? error.stack : undefined;
    this.report(kind, { message, stack, details: { code, ...details } });
  }

  #rotate(): void {
    const reports = readdirSync(this.folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
    for (const name of reports.slice(0, -maxReports)) rmSync(join(this.folder, name), { force: true });
  }
}

/** @param fatal told of an error after which nothing can be relied on */
export function reportCrashes(
  { app, process }: { readonly app: CrashingApp; readonly process: CrashingProcess },
  crashes: CrashReports,
  fatal: (error: Error) => void,
): void {
  process.on('uncaughtException', (error) => {
    crashes.reportError('uncaught-exception', error);
    fatal(error);
  });
  process.on('unhandledRejection', (reason) => crashes.reportError('unhandled-rejection', reason));
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    // Processes that are ended on purpose say so as well: the model host is killed whenever its model is not needed.
    if (reason === 'clean-exit' || reason === 'killed') return;
    crashes.report('process', { message: 'A process ended.', details: { type, reason, exitCode, name: name ?? null } });
  });
}
