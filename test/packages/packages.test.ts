/**
 * @file What people install on Linux, packed around a stand-in for Electron's binary, which cannot be downloaded
 * everywhere: what is in it, that its imports lead nowhere else, that its core runs, and the packages that are made of it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { electronBuilder, packAroundStandIn } from '../../scripts/electronBuilder.ts';
import { packedProblems } from '../../scripts/packedApp.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..');
const isLinux = process.platform === 'linux';
const noLinux = isLinux ? '' : ': only packed on Linux';

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
/** What electron-builder packed, and all that is in its archive or beside it. */
let packed = '';
let contents = '';

beforeAll(async () => {
  scratch = await temporaryFolder();
  if (!isLinux) return;
  const output = join(scratch.path, 'dist');
  expect(await packAroundStandIn(output, true)).toBe(true);
  packed = join(output, 'linux-unpacked');
  contents = join(scratch.path, 'contents');
  extractAll(join(packed, 'resources', 'app.asar'), contents);
}, 300_000);

afterAll(() => scratch[Symbol.asyncDispose]());

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** A line a package, and a line a file of our own. Versions and hashes of contents are left out: they change with every update. */
function summary(files: readonly string[]): string {
  const ofPackages = new Map<string, Set<string>>();
  const own = new Set<string>();
  for (const file of files) {
    const [, name, rest] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(file) ?? [];
    if (name === undefined || rest === undefined) {
      const named = file.replace(/^(resources\/demo-photos\/[^/]+)\/.*/, '$1/*');
      // Which parts a build is cut into changes with the code.
      own.add(named.replace(/^(out\/.*\/)[^/]*-[\w-]{8}\.js$/, '$1*.js').replace(/-[\w-]{8}(\.\w+)$/, '-*$1'));
      continue;
    }
    const kinds = ofPackages.get(name) ?? new Set();
    const isNative = /\.(?:node|so|dll|dylib)\b/.test(rest);
    kinds.add(isNative ? rest.replace(/\d+\.\d+\.\d+/, '*') : `*${/\.\w+$/.exec(rest)?.[0] ?? ''}`);
    ofPackages.set(name, kinds);
  }
  const packages = [...ofPackages].map(([name, kinds]) => `${name}: ${[...kinds].sort().join(' ')}`);
  return `${[...own].sort().join('\n')}\n${packages.sort().join('\n')}\n`;
}

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** Of a built module; what its comments import is of no account. */
function specifiersOf(code: string): string[] {
  const withoutComments = code.replace(/^\s*\/?\*.*$/gm, '');
  const patterns = [
    /^(?:import|export)\b[^'"\n]*?from\s*["']([^"']+)["']/gm,
    /^import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']\s*\)/g,
  ];
  return patterns.flatMap((pattern) => [...withoutComments.matchAll(pattern)].map(([, specifier = '']) => specifier));
}

const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** The folder of a package as Node finds it from a file, never above the application. */
function packageFolder(from: string, name: string, top: string): string | undefined {
  for (let folder = from; folder.startsWith(top); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

/** Packages that are imported or needed by one that is, and that are not there. */
async function missingPackages(top: string, mainFolder: string): Promise<string[]> {
  const missing: string[] = [];
  const seen = new Set<string>();
  const visit = async (from: string, name: string, isOptional: boolean): Promise<void> => {
    const folder = packageFolder(from, name, top);
    if (folder === undefined) {
      if (!isOptional) missing.push(`${name} for ${relative(top, from)}`);
      return;
    }
    if (seen.has(folder)) return;
    seen.add(folder);
    const { dependencies, optionalDependencies } = manifestSchema.parse(
      JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
    );
    for (const dependency of Object.keys(dependencies))
      await visit(folder, dependency, dependency in optionalDependencies);
    for (const dependency of Object.keys(optionalDependencies)) await visit(folder, dependency, true);
  };
  for (const name of await readdir(mainFolder)) {
    if (!name.endsWith('.js')) continue;
    const file = join(mainFolder, name);
    for (const specifier of specifiersOf(await readFile(file, 'utf8'))) {
      if (isBuiltin(specifier) || specifier === 'electron') continue;
      if (!specifier.startsWith('.')) await visit(mainFolder, packageOf(specifier), false);
      else if (!existsSync(resolve(mainFolder, specifier))) missing.push(`${specifier} for ${relative(top, file)}`);
    }
  }
  return missing;
}

describe.skipIf(!isLinux)(`the packed application${noLinux}`, () => {
  it('is as it should be: archive, native modules, models, fuses', async () => {
    expect(await packedProblems(packed)).toEqual([]);
  });

  it('holds what was reviewed, and nothing else', async () => {
    const beside = (await filesBelow(packed)).filter((file) => !/^resources\/app\.asar/.test(file));
    await expect(summary([...beside, ...(await filesBelow(contents))])).toMatchFileSnapshot('manifest.txt');
  });

  it('imports nothing that is not in it', async () => {
    expect(await missingPackages(contents, join(contents, 'out', 'main'))).toEqual([]);
    // What a plain Node runs lies beside the archive, with all that it imports.
    const unpacked = join(packed, 'resources', 'app.asar.unpacked');
    expect(await missingPackages(unpacked, join(unpacked, 'out', 'main'))).toEqual([]);
    expect(createRequire(join(unpacked, 'out', 'main', 'x.js')).resolve('sharp')).toContain(unpacked);
  });

  it('captions a photo with the Node and the model that are in it', async () => {
    const resources = join(packed, 'resources');
    const photos = join(resources, 'demo-photos', 'Coast');
    const [photo = ''] = await readdir(photos);
    const command = [
      join(resources, 'app.asar.unpacked', 'out', 'main', 'vignette.js'),
      'caption',
      join(photos, photo),
    ];
    // The command looks for models in the library: the application's own lie where only the application looks.
    const library = join(scratch.path, 'library');
    await cp(join(resources, 'demo-model', 'compiled', 'demo'), join(library, 'models', 'demo'), { recursive: true });
    const model = ['--model', 'demo', '--format', 'json'];
    const { stdout } = await run(join(resources, 'node', 'node'), [...command, ...model], {
      cwd: scratch.path,
      env: { PATH: process.env.PATH, HOME: scratch.path, VIGNETTE_HOME: library },
    });
    expect(stdout).toContain(await expectedCaption(`Coast/${photo}`));
  });
});

const expectedSchema = z.object({
  answers: z.array(z.object({ file: z.string(), prompt: z.string(), beams: z.number(), text: z.string() })),
});

/** What the reference says of a demo photo. */
async function expectedCaption(photo: string): Promise<string> {
  const text = await readFile(join(root, 'resources', 'demo-photos', 'expected.json'), 'utf8');
  const { answers } = expectedSchema.parse(JSON.parse(text));
  const answer = answers.find(({ file, prompt, beams }) => file === photo && prompt === 'a photo of' && beams === 1);
  return answer?.text ?? 'no caption is expected';
}

/** Compressing three hundred megabytes takes minutes: large files are cut, which changes nothing of where they lie. */
async function slimCopy(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  for (const name of await filesBelow(to)) {
    const file = join(to, name);
    if ((await stat(file)).size > 64 * 1024) await truncate(file, 1024);
  }
}

/** The programs that electron-builder downloads. The runtime is one in name only: it cannot be had from a registry. */
async function appImageTools(folder: string): Promise<string> {
  await mkdir(join(folder, 'runtimes'), { recursive: true });
  await mkdir(join(folder, 'lib', 'x64'), { recursive: true });
  for (const program of ['mksquashfs', 'desktop-file-validate'])
    await symlink(`/usr/bin/${program}`, join(folder, program));
  const runtime = join(folder, 'runtimes', 'runtime-x64');
  await writeFile(runtime, runtimeStandIn);
  await chmod(runtime, 0o755);
  return folder;
}
const runtimeStandIn = '#!/bin/sh\necho Not the runtime of an AppImage.\nexit 1\n';

const programs = ['mksquashfs', 'unsquashfs', 'desktop-file-validate', 'dpkg-deb', 'lintian'];
const absent = programs.filter((program) => !existsSync(join('/usr/bin', program)));
const canMake = isLinux && process.arch === 'x64' && absent.length === 0;
const cannotMake = canMake ? '' : `: needs Linux on x64 with ${programs.join(', ')}`;

describe.skipIf(!canMake)(`the packages of the application${cannotMake}`, () => {
  let made = '';

  beforeAll(async () => {
    const slim = join(scratch.path, 'slim');
    await slimCopy(packed, slim);
    made = join(scratch.path, 'made');
    const args = ['--prepackaged', slim, '--linux', 'AppImage', 'deb', `-c.directories.output=${made}`];
    const env = {
      APPIMAGE_TOOLS_PATH: await appImageTools(join(scratch.path, 'tools')),
      CUSTOM_FPM_PATH: join(import.meta.dirname, 'fpmStandIn.mjs'),
    };
    expect(electronBuilder(args, { env, isQuiet: true })).toBe(true);
  }, 300_000);

  it('are named after the version and the processor', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    const names = (await readdir(made)).filter((name) => /\.(?:deb|AppImage)$/.test(name));
    expect(names.sort()).toEqual([`Vignette-${version}.AppImage`, `vignette_${version}_amd64.deb`]);
  });

  async function debFolder(): Promise<{ deb: string; files: string; control: string }> {
    const deb = join(made, (await readdir(made)).find((name) => name.endsWith('.deb')) ?? '');
    const [files, control] = [join(scratch.path, 'deb'), join(scratch.path, 'control')];
    if (!existsSync(files)) await run('dpkg-deb', ['-x', deb, files]);
    if (!existsSync(control)) await run('dpkg-deb', ['-e', deb, control]);
    return { deb, files, control };
  }

  it('a Debian package brings the program, its entry in the menus with every size of its icon, and its licence', async () => {
    const { files, control } = await debFolder();
    expect((await stat(join(files, 'opt/Vignette/vignette'))).mode & 0o111).toBe(0o111);
    const entry = join(files, 'usr/share/applications/vignette.desktop');
    await run('desktop-file-validate', [entry]);
    const text = await readFile(entry, 'utf8');
    for (const line of [
      'Exec=/opt/Vignette/vignette %U',
      'Icon=vignette',
      'StartupWMClass=vignette',
      'MimeType=x-scheme-handler/vignette;',
      'Categories=Graphics;',
    ])
      expect(text.split('\n')).toContain(line);
    const icons = (await filesBelow(join(files, 'usr/share/icons/hicolor'))).sort();
    expect(icons).toEqual([16, 24, 32, 48, 64, 128, 256, 512].map((px) => `${px}x${px}/apps/vignette.png`).sort());
    expect(await readFile(join(files, 'usr/share/doc/vignette/copyright'), 'utf8')).toContain('MIT License');
    const { stdout } = await run('dpkg-deb', [
      '-f',
      join(made, (await readdir(made)).find((name) => name.endsWith('.deb')) ?? ''),
    ]);
    expect(stdout).toMatch(/^Depends: .*\bperl\b/m);
    expect(stdout).toMatch(/^Homepage: https:/m);
    expect(existsSync(join(control, 'postinst'))).toBe(true);
  });

  it('a Debian package lets the sandbox of Chromium work where namespaces are restricted, and takes nobody’s library along', async () => {
    const { files, control } = await debFolder();
    const profile = await readFile(join(files, 'opt/Vignette/resources/apparmor-profile'), 'utf8');
    expect(profile).toMatch(/profile "vignette" "\/opt\/Vignette\/vignette" flags=\(unconfined\) \{\s+userns,/);
    const [install, remove] = await Promise.all(
      ['postinst', 'postrm'].map((name) => readFile(join(control, name), 'utf8')),
    );
    expect(install).toContain("APPARMOR_PROFILE_TARGET='/etc/apparmor.d/vignette'");
    expect(install).toContain('apparmor_parser --replace');
    expect(remove).toContain('apparmor_parser --remove');
    expect(remove).not.toMatch(/\$HOME|\/home|\.config|\.local/);
    for (const script of ['postinst', 'postrm']) await run('bash', ['-n', join(control, script)]);
  });

  it('a Debian package has no fault that lintian finds, but for those that come with how it is made', async () => {
    const { deb } = await debFolder();
    const args = ['--allow-root', '--fail-on', 'none', '--suppress-tags', Object.keys(acceptedTags).join(','), deb];
    const { stdout } = await run('lintian', args, { maxBuffer: 64e6 });
    expect(stdout).toBe('');
  }, 240_000);

  it('an AppImage keeps the sandbox, and has its entry and its icons', async () => {
    const image = join(made, (await readdir(made)).find((name) => name.endsWith('.AppImage')) ?? '');
    const folder = join(scratch.path, 'image');
    await run('unsquashfs', [
      '-quiet',
      '-no-progress',
      '-offset',
      String(runtimeStandIn.length),
      '-dest',
      folder,
      image,
    ]);
    const names = await filesBelow(folder);
    for (const name of ['AppRun', 'vignette', 'vignette.desktop', 'vignette.png', '.DirIcon', 'resources/app.asar'])
      expect(names).toContain(name);
    const entry = await readFile(join(folder, 'vignette.desktop'), 'utf8');
    expect(entry).toMatch(/^Exec=AppRun %U$/m);
    expect(entry).not.toMatch(/no-sandbox/);
    await run('desktop-file-validate', [join(folder, 'vignette.desktop')]);
  });
});

/** Why each is no fault of ours. */
const acceptedTags = {
  'dir-or-file-in-opt': 'where packages go that are not part of Debian',
  'no-changelog': 'there is no release yet',
  'statically-linked-binary': 'Electron stands in as a file; the real one is checked where it can be had',
  'binary-with-bad-dynamic-table': 'large files are cut for this test',
  'elf-error': 'large files are cut for this test',
  'shared-library-lacks-prerequisites': 'large files are cut for this test',
  'executable-not-elf-or-script': 'Electron stands in as a file',
  'script-not-executable': 'scripts of packages that nobody runs',
  'missing-dep-for-interpreter': 'scripts of packages that nobody runs',
  'incorrect-path-for-interpreter': 'exiftool is run as an argument of perl',
  'embedded-javascript-library': 'an application brings its dependencies',
  'maintainer-script-ignores-errors': 'electron-builder’s scripts test what they do',
  'command-with-path-in-maintainer-script': 'electron-builder’s scripts test what they do',
  'postrm-removes-alternative': 'as electron-builder’s script does it',
};
