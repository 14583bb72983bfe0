/** @file Electron's binary, which npm does not bring: finds it, and fetches it where that is possible. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const electronFolder = resolve(import.meta.dirname, '..', 'node_modules', 'electron');

/** Runs before Electron's installer, which says that a fetch failed, but not why. */
const tellCauses = `
  const { fetch } = globalThis;
  globalThis.fetch = (...request) => fetch(...request).catch((error) => {
    throw error.cause === undefined ? error : new Error(error.cause.message, { cause: error });
  });`;

export type ElectronBinary =
  | { readonly path: string }
  | {
      readonly path: undefined;
      /** Why it could not be had, in a sentence without a full stop. */
      readonly problem: string;
    };

/** The path of the binary; undefined where it has not been downloaded. */
export function electronBinary(): string | undefined {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

/** Downloads the binary where it is missing; a machine that cannot reach it does without, and no slower than the limit. */
export function fetchElectronBinary(timeoutMs: number): ElectronBinary {
  const present = electronBinary();
  if (present !== undefined) return { path: present };
  const installer = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tellCauses)}`,
    join(electronFolder, 'install.js'),
  ];
  const { stderr, error } = spawnSync(process.execPath, installer, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  const path = electronBinary();
  if (path !== undefined) return { path };
  const isLate = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  const [said = ''] = stderr.trim().split('\n');
  return { path: undefined, problem: isLate ? `it took more than ${timeoutMs / 1000} s` : said };
}
