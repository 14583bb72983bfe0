/**
 * @file The npm package: packed, installed from its file into an empty folder, and at work there. The packages that it
 * needs are put there from the checkout, and npm is kept off the network: what would be missing, npm could not get.
 */
import { execFile, spawn } from 'node:child_process';
import { copyFile, link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { npmManifest, packForNpm } from '../../scripts/npmPackage.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..');
const onWindows = process.platform === 'win32';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dependencies: z.record(z.string(), z.string()).default({}),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** Where npm put the packages that these need, and those that they need in turn. */
async function neededPackages(names: readonly string[]): Promise<Set<string>> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const needed = new Set<string>();
  const visit = (from: string, name: string): void => {
    const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
    const found = packages[path];
    if (found === undefined) {
      if (from !== '') visit(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
    } else if (!needed.has(path)) {
      needed.add(path);
      for (const one of Object.keys({ ...found.dependencies, ...found.optionalDependencies })) visit(path, one);
    }
  };
  for (const name of names) visit('', name);
  return needed;
}

/** A folder without the packages in it. Two hundred megabytes are linked in less time than they are copied. */
async function linkPackage(path: string, target: string): Promise<void> {
  const from = join(root, path);
  const entries = await readdir(from, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const inside = file.slice(from.length);
    if (!entry.isFile() || /[/\\]node_modules[/\\]/.test(inside)) continue;
    const copy = join(target, path, inside);
    await mkdir(dirname(copy), { recursive: true });
    await link(file, copy).catch(() => copyFile(file, copy));
  }
}

describe('the npm package', () => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let app = '';
  let tarball = '';
  let installed = '';

  const command = () => join(app, 'node_modules', '.bin', onWindows ? 'vignette.cmd' : 'vignette');
  const env = () => ({
    ...process.env,
    PATH: `${dirname(process.execPath)}${onWindows ? ';' : ':'}${process.env.PATH ?? ''}`,
    VIGNETTE_HOME: join(scratch.path, 'library'),
    npm_config_cache: join(scratch.path, 'cache'),
  });

  beforeAll(async () => {
    scratch = await temporaryFolder();
    app = join(scratch.path, 'app');
    await mkdir(app);
    tarball = await packForNpm(scratch.path);
    const { dependencies } = await npmManifest();
    for (const path of await neededPackages(Object.keys(dependencies))) await linkPackage(path, app);
    await writeFile(join(app, 'package.json'), '{}');
    const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    // Links the commands of what was put there: npm would fetch a package anew whose command is missing.
    await run('npm', ['rebuild', ...options], { cwd: app, env: env(), shell: onWindows });
    await run('npm', ['install', tarball, ...options], { cwd: app, env: env(), shell: onWindows });
    installed = join(app, 'node_modules', 'vignette');
  }, 300_000);

  afterAll(() => scratch[Symbol.asyncDispose]());

  it('holds the command, the page, the bundled models and the demo photos, and nothing of the desktop', async () => {
    const entries = await readdir(installed, { recursive: true, withFileTypes: true });
    const kinds = entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(installed.length + 1)
          .replaceAll('\\', '/'),
      )
      .map((path) => path.replace(/^(out\/main|out\/renderer\/assets)\/[\w.-]+-[\w-]{8}(?=\.)/, '$1/*'))
      .map((path) => path.replace(/^(resources\/demo-photos\/[^./]+)\/.*/, '$1/*'));
    await expect(`${[...new Set(kinds)].sort().join('\n')}\n`).toMatchFileSnapshot('npmPackage.txt');
  });

  it('asks for exactly the packages that it imports', async () => {
    const imported = new Set<string>();
    const mainFolder = join(installed, 'out', 'main');
    for (const name of (await readdir(mainFolder)).filter((file) => file.endsWith('.js'))) {
      const code = await readFile(join(mainFolder, name), 'utf8');
      for (const [, specifier = ''] of code.matchAll(/(?:\bfrom |^import |\bimport\()"([^".\s][^"\s]*)"/gm))
        if (!isBuiltin(specifier)) imported.add(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
    }
    expect([...imported].sort()).toEqual(Object.keys((await npmManifest()).dependencies).sort());
    const { stdout } = await run('npm', ['ls', '--all', '--json'], { cwd: app, env: env(), shell: onWindows });
    expect(z.object({ problems: z.array(z.string()).default([]) }).parse(JSON.parse(stdout)).problems).toEqual([]);
  });

  it('captions a photo where it is installed', async () => {
    const photo = join(installed, 'resources', 'demo-photos', 'Coast', 'IMG_1000.jpg');
    const args = ['caption', photo, '--model', 'demo', '--json'];
    const { stdout } = await run(command(), args, { cwd: scratch.path, env: env(), shell: onWindows });
    const expected: unknown = JSON.parse(
      await readFile(join(installed, 'resources', 'demo-photos', 'expected.json'), 'utf8'),
    );
    const { answers } = z
      .object({ answers: z.array(z.object({ file: z.string(), text: z.string() })) })
      .parse(expected);
    expect(stdout).toContain(answers.find(({ file }) => file === 'Coast/IMG_1000.jpg')?.text);
  });

  it('serves its page', async () => {
    const child = spawn(command(), ['serve', '--port', '0'], { cwd: scratch.path, env: env(), shell: onWindows });
    const ended = new Promise((done) => child.on('close', done));
    try {
      const address = await new Promise<string>((found, failed) => {
        let said = '';
        const listen = (chunk: Buffer): void => {
          said += chunk.toString();
          const [url] = /http:\/\/\S+/.exec(said) ?? [];
          if (url !== undefined) found(url);
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        child.on('close', () => failed(new Error(said)));
      });
      // The address lets a browser in once, and sends it on to the page with a cookie.
      const welcome = await fetch(address, { redirect: 'manual' });
      const page = await fetch(new URL(welcome.headers.get('location') ?? '', address), {
        headers: { cookie: welcome.headers.get('set-cookie')?.split(';')[0] ?? '' },
      });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<script type="module"');
    } finally {
      child.kill();
      await ended;
    }
  });

  it('says on an older Node which one it needs', async () => {
    // The version alone is asked, so an older Node is one that says so.
    const older = join(scratch.path, 'older.mjs');
    await writeFile(older, "Object.defineProperty(process.versions, 'node', { value: '22.12.0' });\n");
    const said = run(process.execPath, ['--import', older, join(installed, 'bin', 'vignette.mjs')], { env: env() });
    await expect(said).rejects.toMatchObject({
      code: 1,
      stderr: 'Vignette runs on Node 24 or later; this is Node 22.12.0.\n',
    });
  });
});
