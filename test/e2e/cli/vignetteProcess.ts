/** @file Runs the real `vignette` command, as it is built, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { CatalogError } from '../../../main/library/catalog/catalogError.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';

export const projectFolder = path.resolve(import.meta.dirname, '..', '..', '..');
export const demoPhotos = path.join(projectFolder, 'resources', 'demo-photos');
export const demoCheckpoint = path.join(projectFolder, 'resources', 'demo-model', 'checkpoint');
/** As people have it: it starts in a quarter of the time of its sources. */
export const entry = path.join(projectFolder, 'out', 'main', 'vignette.js');
export const sourceEntry = path.join(projectFolder, 'main', 'cli', 'vignette.ts');

export function assertBuilt(): void {
  const demoModel = path.join(projectFolder, 'resources', 'demo-model', 'compiled', 'demo', 'model.json');
  if (!existsSync(demoModel) || !existsSync(entry)) {
    throw new Error('The command and the bundled demo model are not built: npm run build makes them.');
  }
}

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-e2e-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface EndedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<EndedProcess>;
}

/** Starts the command in the folder, which is its library too. */
export function startVignette(folder: string, args: readonly string[]): RunningProcess {
  return startProcess(process.execPath, [entry, ...args], folder);
}

/** @param locale of the person; English unless named */
export async function vignette(folder: string, args: readonly string[], locale?: string): Promise<EndedProcess> {
  return await startProcess(process.execPath, [entry, ...args], folder, locale).ended;
}

/** How many captions the runs in the folder's library have kept. */
export async function captionsIn(folder: string): Promise<number> {
  try {
    await using catalog = Catalog.openToRead(libraryOf(folder), { startReader: startReaderThread });
    return catalog.runs.list().reduce((sum, { done }) => sum + done, 0);
  } catch (error) {
    // Being made at this moment.
    if (error instanceof CatalogError) return 0;
    throw error;
  }
}

/** Settles when there are that many. */
export async function captionsKept(folder: string, count: number): Promise<void> {
  while ((await captionsIn(folder)) < count) await sleep(20);
}

export function libraryOf(folder: string): string {
  return path.join(folder, 'library');
}

export function startProcess(
  program: string,
  args: readonly string[],
  folder: string,
  locale = 'C.UTF-8',
): RunningProcess {
  const env = { ...process.env, LC_ALL: locale, VIGNETTE_HOME: libraryOf(folder) };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<EndedProcess>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}
