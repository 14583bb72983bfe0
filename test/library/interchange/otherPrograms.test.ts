/** @file What other programs read in the sidecars of exports: Exiv2, which digiKam reads with, and darktable. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { XmpSidecars } from '../../../main/library/interchange/xmpSidecar.ts';
import { it as base } from '../../support/fixtures.ts';

const run = promisify(execFile);
const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;
const [noExiv2, noDarktable] = ['exiv2', 'darktable-cli'].map((program) =>
  isThere(program) ? '' : ` (skipped: there is no ${program} here)`,
) as [string, string];

/** A photo that another program gave keywords in IPTC, with its sidecar. */
const it = base.extend('photo', async ({ folder, test }, { onCleanup }) => {
  const photo = path.join(folder.path, 'a.jpg');
  const exifTool = await startExifTool('This test needs');
  onCleanup(() => exifTool.end());
  await writeFile(
    photo,
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#36a' } })
      .jpeg()
      .toBuffer(),
  );
  await exifTool.write(photo, { 'IPTC:Keywords': ['pier'] } as never, { writeArgs: ['-overwrite_original'] });
  await using xmp = await XmpSidecars.start(folder.path, test.catalog.writtenXmp);
  const sidecar = { photoId: test.addPhoto('a.jpg'), photo, file: `${photo}.xmp`, folder: undefined };
  const marks = { rating: '4', label: 'Red', isUnrejected: false };
  await xmp.deliver(sidecar, { caption: 'Émile’s boat', tags: ['places/Genoa', 'sea'], marks }, () => true);
  return { photo, sidecar: sidecar.file, exifTool };
});

it.skipIf(noExiv2 !== '')(`Exiv2 reads caption, tags, rating and others’ keywords${noExiv2}`, async ({ photo }) => {
  const { stdout } = await run('exiv2', ['-Pkt', 'print', photo.sidecar]);
  const values = Object.fromEntries(stdout.split('\n').map((line) => line.split(/\s+(.*)/, 2)));
  expect(values).toMatchObject({
    'Xmp.dc.description': 'lang="x-default" Émile’s boat',
    'Xmp.dc.subject': 'pier, Genoa, sea',
    'Xmp.digiKam.TagsList': 'places/Genoa, sea, pier',
    'Xmp.lr.hierarchicalSubject': 'places|Genoa, sea, pier',
    'Xmp.xmp.Rating': '4',
    'Xmp.xmp.Label': 'Red',
  });
});

it.skipIf(noDarktable !== '')(
  `darktable takes them in, and writes them into what it exports${noDarktable}`,
  { timeout: 120_000 },
  async ({ photo, folder }) => {
    const out = path.join(folder.path, 'out.jpg');
    const own = ['configdir', 'cachedir', 'tmpdir'].flatMap((name) => [`--${name}`, folder.path]);
    const core = ['--core', '--disable-opencl', '--library', ':memory:', ...own];
    await run('darktable-cli', [photo.photo, photo.sidecar, out, ...core]);
    const tags = { ...(await photo.exifTool.readRaw(out, ['-G1', '-XMP:all'])) } as Record<string, unknown>;
    expect(tags['XMP-dc:Description']).toBe('Émile’s boat');
    expect(tags['XMP-dc:Subject']).toEqual(expect.arrayContaining(['Genoa', 'pier', 'sea']));
  },
);
