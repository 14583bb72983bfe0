/** @file What killed processes left beside their outputs leaves with the next one; nothing else does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { LeftoverRemoval, removeLeftovers, temporaryBeside } from '../../../main/library/files/leftovers.ts';
import { it } from '../../support/fixtures.ts';

/** As a process with this number would call it. */
const nameOf = (file: string, pid: number) =>
  path.basename(temporaryBeside(file)).replace(`-${process.pid}-`, `-${pid}-`);

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

it('what a dead process left is removed: files, and folders with what is in them', async ({ folder }) => {
  const at = (name: string) => path.join(folder.path, name);
  const pid = await deadPid();
  await writeFile(at(nameOf(at('x'), pid)), 'half');
  const dataset = at(nameOf(at('x'), pid));
  await mkdir(path.join(dataset, 'train'), { recursive: true });
  await mkdir(at('photos'));
  await writeFile(at('photos/a.jpg'), 'a photo');
  await symlink(at('photos'), path.join(dataset, 'train', 'linked'));
  await removeLeftovers(folder.path);
  expect(await readdir(folder.path)).toEqual(['photos']);
  expect(await readdir(at('photos'))).toEqual(['a.jpg']);
});

it('what is another’s, or may be in the making, stays', async ({ folder }) => {
  const at = (name: string) => path.join(folder.path, name);
  const pid = await deadPid();
  const living = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  try {
    const dead = nameOf(at('x'), pid);
    const names = [
      nameOf(at('x'), process.pid),
      nameOf(at('x'), living.pid ?? 0),
      // Of another machine, of before, and of nobody.
      dead.replace(/-[0-9a-f]{8}-/, '-00000000-'),
      dead.replace(/-[0-9a-f]{8}-\d+-/, '-'),
      `${dead}.jpg`,
      dead.slice(1),
      '.vignette-notes.tmp',
    ];
    for (const name of names) await writeFile(at(name), 'half');
    await mkdir(at('elsewhere'));
    await symlink(at('elsewhere'), at(nameOf(at('x'), pid)));
    const before = (await readdir(folder.path)).toSorted();
    await removeLeftovers(folder.path);
    await new LeftoverRemoval({ isOnlyWriter: false }).in(folder.path);
    expect((await readdir(folder.path)).toSorted()).toEqual(before);
    await removeLeftovers(at('missing'));
  } finally {
    living.kill();
  }
});
