/**
 * @file Whether the files of an installed model are still those that the import wrote, checked whenever it is loaded.
 * Reading 16 GB takes half a minute, so a file whose content was right is remembered by its size and times, and read
 * again when these differ. Compiler and model host.
 */
import { type BigIntStats, constants } from 'node:fs';
import { copyFile, lstat, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { isSettled } from '../fileIdentity.ts';
import { sha256OfFile } from './fileHash.ts';
import { readMachineRecord, writeMachineRecord } from './machineRecord.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './modelError.ts';

const checkedName = '.checked.json';

const maxCheckedBytes = 16 << 20;

/** What each file looked like when its content was last found right. */
const checkedSchema = z.record(z.string(), z.string());

/**
 * Hashes those files that have changed since they were last checked.
 * A file that had only just been written when it was checked is read once more: its clock may not show a change.
 * @throws ModelError MODEL_DAMAGED, naming the file; the signal's reason
 */
export async function assertInstalledFiles(
  folder: string,
  { files }: Pick<ModelManifest, 'files'>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const checked = await readChecked(folder);
  const snapshots: Record<string, string> = {};
  let hashed = 0;
  for (const { name, sizeBytes, sha256 } of files) {
    const file = path.join(folder, name);
    const before = await stat(file, { bigint: true }).catch((cause: unknown) => {
      throw damaged(folder, name, 'is missing', cause);
    });
    if (Number(before.size) !== sizeBytes) throw damaged(folder, name, 'is damaged');
    snapshots[name] = snapshotOf(before);
    if (checked?.snapshots[name] === snapshots[name] && isSettled(before, checked.atMs)) continue;
    hashed += 1;
    await assertContent(folder, { name, sha256 }, { signal });
  }
  if (hashed > 0) await writeMachineRecord(folder, checkedName, snapshots);
}

/** @throws ModelError MODEL_DAMAGED; the signal's reason */
export async function assertContent(
  folder: string,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
  options: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void },
): Promise<void> {
  const found = await sha256OfFile(path.join(folder, name), options).catch((cause: unknown) => {
    if (options.signal?.aborted === true) throw cause;
    throw damaged(folder, name, 'cannot be read', cause);
  });
  if (found.sha256 !== sha256) throw damaged(folder, name, 'is damaged');
  await replaceLink(path.join(folder, name));
}

/** Earlier imports left links into the download cache; what they lead to is kept as long as it is there. */
async function replaceLink(file: string): Promise<void> {
  if (!(await lstat(file)).isSymbolicLink()) return;
  const temporary = `${file}.${process.pid}`;
  try {
    await copyFile(file, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, file);
  } catch {
    // a folder that cannot be written keeps its links
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** After all files were written or read and found right. */
export async function rememberFiles(folder: string, { files }: Pick<ModelManifest, 'files'>): Promise<void> {
  const snapshots: Record<string, string> = {};
  for (const { name } of files) snapshots[name] = snapshotOf(await stat(path.join(folder, name), { bigint: true }));
  await writeMachineRecord(folder, checkedName, snapshots);
}

function damaged(folder: string, name: string, what: string, cause?: unknown): ModelError {
  return new ModelError(
    'MODEL_DAMAGED',
    `The model's file ${name} ${what}. Import the model again.`,
    { folder, name },
    cause,
  );
}

/** Without device and inode: they differ after a restart on some network drives, and the content does not. */
function snapshotOf({ size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs].join(':');
}

/** What was checked, and when, by the clock of the same drive. */
async function readChecked(folder: string) {
  const file = path.join(folder, checkedName);
  const snapshots = await readMachineRecord(file, checkedSchema, maxCheckedBytes);
  const about = await stat(file).catch(() => undefined);
  return snapshots === undefined || about === undefined ? undefined : { snapshots, atMs: about.mtimeMs };
}
