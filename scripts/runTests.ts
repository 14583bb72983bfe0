/** @file The work of `npm test`: builds, checks, and runs every suite. One line a step; details only of what failed. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildApp } from './buildApp.ts';
import { buildDemoModel } from './buildDemoModel.ts';
import { unchangedCheckout } from './checkoutState.ts';
import { fetchElectronBinary } from './electronBinary.ts';
import { findChromium, findVulkanLoader } from './findChromium.ts';
import { check, preparation, runCommand, type Step, suite, together } from './testSteps.ts';

const electronDownloadMs = 60_000;

/** Chromium, what WebGPU needs without a graphics card, and what packages are made and checked with. */
const debianPackages = ['chromium', 'libvulkan1', 'desktop-file-utils', 'lintian', 'squashfs-tools'];
const packagePrograms = ['desktop-file-validate', 'lintian', 'mksquashfs'];

/** Debian's own packages where they can be installed; elsewhere Playwright's download of Chromium. */
async function providePrograms(): Promise<void> {
  const isDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  const hasAll = findVulkanLoader() !== undefined && packagePrograms.every((name) => existsSync(`/usr/bin/${name}`));
  if (findChromium() !== undefined && (!isDebian || hasAll)) return;
  const commands: readonly (readonly string[])[] = isDebian
    ? [
        ['apt-get', 'update'],
        ['apt-get', 'install', '-y', '--no-install-recommends', ...debianPackages],
      ]
    : [[process.execPath, 'node_modules/playwright/cli.js', 'install', 'chromium']];
  let said = '';
  for (const [command = '', ...args] of commands) {
    said += (await runCommand(command, args, { DEBIAN_FRONTEND: 'noninteractive' })).output;
  }
  if (findChromium() === undefined) {
    throw new Error(`${said}\nNo Chromium was found. Install one, or set PLAYWRIGHT_CHROMIUM to the path of one.`);
  }
}

const cruised = [
  'main',
  'preload',
  'renderer',
  'native-models',
  'resources/messages',
  'schemas',
  'test',
  'bench',
  'scripts',
];
const svelteCheckArgs = ['--tsconfig', './tsconfig.renderer.json', '--fail-on-warnings'];

const steps: readonly Step[] = [
  together(preparation('Demo model', buildDemoModel), preparation('Build', buildApp)),
  // One core each; what is downloaded meanwhile takes hardly any.
  together(
    check('Types', 'typescript/bin/tsc', ['--noEmit', '-p', '.']),
    check('Types of the interface', 'svelte-check/bin/svelte-check', svelteCheckArgs),
    preparation('Programs for the tests', providePrograms),
    preparation('Electron', async () => fetchElectronBinary(electronDownloadMs)),
  ),
  together(
    check('Types of the browser tests', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.browser.json']),
    check('Types of the scripts', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.scripts.json']),
    check('Import rules', 'dependency-cruiser/bin/dependency-cruiser.mjs', [
      '--config',
      '.dependency-cruiser.mjs',
      ...cruised,
    ]),
  ),
  check('Format and lint', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings']),
  suite('Tests', 'node*'),
  suite('Tests in the browser', 'browser*'),
  suite('Tests of the desktop application', 'electron'),
  await unchangedCheckout(resolve(import.meta.dirname, '..')),
];

let [passed, failed] = [0, 0];
const skipped: string[] = [];
for (const step of steps) {
  const startedMs = performance.now();
  const result = await step.run();
  passed += result.passed;
  failed += result.failed;
  skipped.push(...result.skipped);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const count = result.passed > 1 ? `${result.passed} passed, ` : '';
  console.log(`${result.failed === 0 ? 'ok    ' : 'FAILED'}  ${step.name} (${count}${seconds} s)`);
  if (result.failed > 0) console.log(result.output.trimEnd());
}
if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((title) => `  ${title}`).join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(failed === 0 ? 0 : 1);
