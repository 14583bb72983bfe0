/** @file A GLib that is newer than the system's, from the next Debian, with the libraries that it needs; nothing is installed. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** GLib 2.84. */
const suite = 'trixie';
const packages = [
  ...['libglib2.0-0t64', 'libc6', 'libstdc++6', 'libgcc-s1', 'libffi8', 'libpcre2-8-0', 'zlib1g', 'libmount1'],
  ...['libselinux1', 'libblkid1', 'libatomic1'],
];
const slowestMs = 60_000;

/**
 * A program that runs this Node with that GLib loaded first. Its C library is newer than the system's, too, so that it has
 * to be loaded by its own loader.
 *
 * @returns undefined where it cannot be had: no Debian, no way to its packages
 */
export async function nodeWithNewerGLib(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    return await fetched(folder);
  } catch {
    return undefined;
  }
}

async function fetched(folder: string): Promise<string | undefined> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(SITE) $(COMPONENT)', 'Created-By: Packages']);
  const site = stdout.split('\n').find((line) => /\/debian\/? main$/.test(line));
  if (site === undefined) return undefined;
  const [address = ''] = site.split(' ');
  const [state, cache, archives, root] = ['state', 'cache', 'archives', 'root'].map((name) => path.join(folder, name));
  if (state === undefined || cache === undefined || archives === undefined || root === undefined) return undefined;
  await mkdir(path.join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(path.join(cache, 'archives', 'partial'), { recursive: true });
  await mkdir(archives);
  const list = path.join(folder, 'sources.list');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(list, `deb [signed-by=${keyring}] ${address} ${suite} main\n`);
  await writeFile(path.join(state, 'status'), '');
  const options = [
    ...[`Dir::Etc::sourcelist=${list}`, 'Dir::Etc::sourceparts=-', `Dir::State=${state}`, `Dir::Cache=${cache}`],
    ...[`Dir::State::status=${path.join(state, 'status')}`, 'APT::Sandbox::User=root', 'Acquire::Languages=none'],
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, 'update'], { timeout: slowestMs });
  await run('apt-get', [...options, 'download', ...packages], { cwd: archives, timeout: slowestMs });
  for (const name of await readdir(archives)) await run('dpkg-deb', ['-x', path.join(archives, name), root]);
  const libraries = path.join(root, 'usr', 'lib', 'x86_64-linux-gnu');
  const loader = path.join(root, 'usr', 'lib64', 'ld-linux-x86-64.so.2');
  const program = path.join(folder, 'node');
  const glib = path.join(libraries, 'libgobject-2.0.so.0');
  await writeFile(
    program,
    `#!/bin/sh\nexec '${loader}' --library-path '${libraries}' --preload '${glib}' '${process.execPath}' "$@"\n`,
  );
  await chmod(program, 0o755);
  await run(program, ['--version']);
  return program;
}
