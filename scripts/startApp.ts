/** @file The work of `npm start`: builds what is out of date, then opens the desktop application, or the same page in a browser where Electron cannot be had. Options: --no-open, --browser. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildApp } from './buildApp.ts';
import { buildDemoModel } from './buildDemoModel.ts';
import { fetchElectronBinary } from './electronBinary.ts';
import { platformProblem } from './platform.ts';
import { sandboxProblem } from './sandbox.ts';

const root = resolve(import.meta.dirname, '..');
const electronDownloadMs = 5 * 60_000;

/** Runs to its end; Ctrl-C reaches it by itself. */
function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.on('exit', (code) => done(code ?? 1));
  });
}

const options = process.argv.slice(2);
const unknown = options.find((option) => option !== '--no-open' && option !== '--browser');
if (unknown !== undefined) {
  console.error(`npm start knows --no-open and --browser, not ${unknown}.`);
  process.exit(2);
}
const cannotRun = platformProblem(process.platform, process.arch);
if (cannotRun !== undefined) {
  console.error(cannotRun);
  process.exit(1);
}
if (await buildDemoModel()) console.log('Compiled the demo model.');
if (await buildApp()) console.log('Built the application.');

if (!options.includes('--browser')) {
  const electron = fetchElectronBinary(electronDownloadMs);
  const problem =
    electron.path === undefined
      ? `Electron's binary could not be downloaded (${electron.problem}).`
      : sandboxProblem(electron.path);
  if (electron.path !== undefined && problem === undefined) process.exit(await run(electron.path, [root]));
  console.log(`${problem}\nThe same page opens in your browser instead. Ctrl-C ends it.`);
}
const open = options.includes('--no-open') || process.env.CI !== undefined ? [] : ['--open'];
const serve = ['main/cli/vignette.ts', 'serve', join('resources', 'demo-photos'), '--model', 'demo', ...open];
process.exit(await run(process.execPath, serve));
