/** @file The work of `npm run dist`: packs the application for this system into dist/, with --dir as a folder instead of installers. Where Electron's binary cannot be had, packs around a stand-in, to be looked at but not started. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp } from './buildApp.ts';
import { buildDemoModel } from './buildDemoModel.ts';
import { fetchElectronBinary } from './electronBinary.ts';
import { fuseSentinel, packedProblems, wantedFuses } from './packedApp.ts';

const root = resolve(import.meta.dirname, '..');
const electronDownloadMs = 60_000;
const binaryNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'electron', win32: 'electron.exe' };

function electronBuilder(args: readonly string[]): number {
  const command = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const { status } = spawnSync(process.execPath, [command, '--publish', 'never', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** A folder that electron-builder takes for Electron: a file with unset fuses. Undefined where it would need more. */
async function standIn(): Promise<string | undefined> {
  const name = binaryNames[process.platform];
  // A Windows program and a Mac bundle are changed in ways that a stand-in does not stand.
  if (name !== 'electron') return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'vignette-electron-'));
  await mkdir(join(folder, 'resources'));
  const fuses = Object.keys(wantedFuses);
  const wire = Buffer.from([1, fuses.length, ...fuses.map(() => '0'.charCodeAt(0))]);
  await writeFile(join(folder, name), Buffer.concat([Buffer.from(`Not Electron. ${fuseSentinel}`), wire]), {
    mode: 0o755,
  });
  return folder;
}

/** @returns whether everything in the packed folder is as it should be */
async function look(outputFolder: string): Promise<boolean> {
  const [unpacked] = (await readdir(outputFolder)).filter((name) => /-unpacked$|^mac/.test(name));
  if (unpacked === undefined) {
    console.error('electron-builder left no folder to look into.');
    return false;
  }
  const problems = await packedProblems(join(outputFolder, unpacked));
  for (const problem of problems) console.error(problem);
  if (problems.length === 0)
    console.log(
      `What is in ${join(outputFolder, unpacked)} is as it should be: archive, native modules, models, fuses.`,
    );
  return problems.length === 0;
}

const options = process.argv.slice(2);
const unknown = options.find((option) => option !== '--dir');
if (unknown !== undefined) {
  console.error(`npm run dist knows --dir, not ${unknown}.`);
  process.exit(2);
}
if (await buildDemoModel()) console.log('Compiled the demo model.');
if (await buildApp()) console.log('Built the application.');

if (fetchElectronBinary(electronDownloadMs) !== undefined) {
  const output = join(root, 'dist');
  const code = electronBuilder(options);
  process.exit(code === 0 && (await look(output)) ? 0 : 1);
}

console.log("Electron's binary could not be downloaded: there will be no application that starts, and no installer.");
const electronDist = await standIn();
if (electronDist === undefined) process.exit(1);
console.log('What would be in it is packed around a stand-in, into dist/without-electron/.');
const output = join(root, 'dist', 'without-electron');
await rm(output, { recursive: true, force: true });
const code = electronBuilder(['--dir', `-c.electronDist=${electronDist}`, `-c.directories.output=${output}`]);
await rm(electronDist, { recursive: true, force: true });
const isRight = code === 0 && (await look(output));
if (isRight)
  console.log("Missing for an application: Electron's binary. With a way to github.com, run npm run dist again.");
process.exit(isRight ? 3 : 1);
