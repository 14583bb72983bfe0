/** @file The work of `npm run dist`: packs the application for this system into dist/, with --dir as a folder instead of installers. Where Electron's binary cannot be had, packs around a stand-in, to be looked at but not started. */
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildApp } from './buildApp.ts';
import { buildDemoModel } from './buildDemoModel.ts';
import { fetchElectronBinary } from './electronBinary.ts';
import { electronBuilder, packAroundStandIn } from './electronBuilder.ts';
import { packedProblems } from './packedApp.ts';
import { platformProblem } from './platform.ts';

const root = resolve(import.meta.dirname, '..');
const electronDownloadMs = 60_000;

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

/** Nothing starts on a Mac whose signature does not hold. @returns whether it does, and true on other systems */
function isSigned(outputFolder: string): boolean {
  if (process.platform !== 'darwin') return true;
  const app = join(outputFolder, 'mac-arm64', 'Vignette.app');
  return (
    spawnSync('codesign', ['--verify', '--deep', '--strict', '--verbose=2', app], { stdio: 'inherit' }).status === 0
  );
}

const options = process.argv.slice(2);
const unknown = options.find((option) => option !== '--dir');
if (unknown !== undefined) {
  console.error(`npm run dist knows --dir, not ${unknown}.`);
  process.exit(2);
}
const problem = platformProblem(process.platform, process.arch);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
if (await buildDemoModel()) console.log('Compiled the demo model.');
if (await buildApp()) console.log('Built the application.');

const electron = fetchElectronBinary(electronDownloadMs);
if (electron.path !== undefined) {
  const output = join(root, 'dist');
  const isPacked = electronBuilder(options) && (await look(output)) && isSigned(output);
  process.exit(isPacked ? 0 : 1);
}

console.log(`Electron's binary could not be downloaded (${electron.problem}).`);
console.log('There will be no application that starts, and no installer.');
// A Windows program and a Mac bundle are changed in ways that a stand-in does not stand.
if (process.platform !== 'linux') process.exit(1);
console.log('What would be in it is packed around a stand-in, into dist/without-electron/.');
const output = join(root, 'dist', 'without-electron');
const isRight = (await packAroundStandIn(output)) && (await look(output));
if (isRight)
  console.log("Missing for an application: Electron's binary. With a way to github.com, run npm run dist again.");
process.exit(isRight ? 3 : 1);
