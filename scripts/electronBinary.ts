/** @file Electron's binary, which npm does not bring: finds it, and fetches it where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const electronFolder = resolve(import.meta.dirname, '..', 'node_modules', 'electron');

/** The path of the binary; undefined where it has not been downloaded. */
export function electronBinary(): string | undefined {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

/** Downloads the binary where it is missing; a machine that cannot reach it does without, and no slower than the limit. */
export function fetchElectronBinary(timeoutMs: number): string | undefined {
  const present = electronBinary();
  if (present !== undefined) return present;
  spawnSync(process.execPath, [join(electronFolder, 'install.js')], { stdio: 'ignore', timeout: timeoutMs });
  return electronBinary();
}
