/** @file electron-builder with this project's configuration, also around something that only looks like Electron. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fuseSentinel, wantedFuses } from './packedApp.ts';

const root = resolve(import.meta.dirname, '..');

/** @returns whether it succeeded */
export function electronBuilder(
  args: readonly string[],
  { env = {}, isQuiet = false }: { readonly env?: NodeJS.ProcessEnv; readonly isQuiet?: boolean } = {},
): boolean {
  const command = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, '--publish', 'never', ...args], {
    cwd: root,
    stdio: isQuiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (isQuiet && status !== 0) console.error(`${stdout}${stderr}`);
  return status === 0;
}

/** A folder that electron-builder takes for Electron on Linux: a file with unset fuses. */
async function standIn(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vignette-electron-'));
  await mkdir(join(folder, 'resources'));
  const fuses = Object.keys(wantedFuses);
  const wire = Buffer.from([1, fuses.length, ...fuses.map(() => '0'.charCodeAt(0))]);
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.from(`Not Electron. ${fuseSentinel}`), wire]), {
    mode: 0o755,
  });
  return folder;
}

/** Packs for Linux, as a folder. @returns whether it succeeded */
export async function packAroundStandIn(output: string, isQuiet = false): Promise<boolean> {
  const electronDist = await standIn();
  try {
    await rm(output, { recursive: true, force: true });
    const where = [`-c.electronDist=${electronDist}`, `-c.directories.output=${output}`];
    return electronBuilder(['--linux', '--dir', ...where], { isQuiet });
  } finally {
    await rm(electronDist, { recursive: true, force: true });
  }
}
