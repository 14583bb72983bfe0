/** @file XMP sidecars beside other programs' text: nothing of it is hidden, changed or replaced, and what is Vignette's can leave again. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ExifTool } from 'exiftool-vendored';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import type { IsOwnText, SidecarText } from '../../../main/library/interchange/sidecars.ts';
import { XmpFiles } from '../../../main/library/interchange/xmpFile.ts';
import { XmpSidecars } from '../../../main/library/interchange/xmpSidecar.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { testCatalog } from '../../support/testCatalog.ts';

let exifTool: ExifTool;
let picture: Buffer;
let catalog: Awaited<ReturnType<typeof testCatalog>>;
let xmp: XmpSidecars;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = 0;

beforeAll(async () => {
  exifTool = await startExifTool('This test needs');
  picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366aa' } })
    .jpeg()
    .toBuffer();
  catalog = await testCatalog();
});

afterAll(async () => {
  await exifTool.end();
  await catalog[Symbol.asyncDispose]();
});

beforeEach(async () => {
  folder = await temporaryFolder();
  xmp = await XmpSidecars.start(folder.path, catalog.catalog.writtenXmp);
  await mkdir(at('p'));
});

afterEach(async () => {
  await xmp[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const at = (...names: string[]) => path.join(folder.path, ...names);

/** As an export has it: what Vignette wrote, and what the library knows of the photo. */
const ours: IsOwnText = (text, form, isWritten) => isWritten || form('known to the library') === text;

async function addPhoto(name: string, tags: Record<string, string | string[]> = {}): Promise<number> {
  await writeFile(at('p', name), picture);
  if (Object.keys(tags).length > 0) await exifTool.write(at('p', name), tags, { writeArgs: ['-overwrite_original'] });
  return await addId();
}

async function addId(): Promise<number> {
  photos += 1;
  return catalog.addPhoto(`${photos}.jpg`);
}

function deliver(photoId: number, name: string, text: SidecarText, file = at('p', `${name}.xmp`)): Promise<boolean> {
  return xmp.deliver({ photoId, photo: at('p', name), file, folder: folder.path }, text, ours);
}

/** Values as ExifTool prints them: nothing is taken for a number. */
async function valuesOf(file: string): Promise<Record<string, unknown>> {
  return { ...(await exifTool.readRaw(file, ['-api', 'StructFormat=JSONQ', '-XMP:all', '-G1'])) };
}

function sidecar(inner: string): string {
  return `<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:mine='http://example.org/mine/'>${inner}
    </rdf:Description></rdf:RDF></x:xmpmeta>`;
}

const described = (text: string) =>
  sidecar(`<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>${text}</rdf:li></rdf:Alt></dc:description>`);
const subjects = (...values: string[]) =>
  sidecar(`<dc:subject><rdf:Bag>${values.map((value) => `<rdf:li>${value}</rdf:li>`).join('')}</rdf:Bag></dc:subject>`);

describe('a sidecar that is there under another name', () => {
  it.each(['a.xmp', 'a.jpg.XMP', 'a.Xmp', 'a.JPG.xmp'])('is the photo’s: %s', async (name) => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', name), described('by Ann'));
    expect(await deliver(id, 'a.jpg', { caption: 'a model’s' })).toBe(false);
    expect(await readFile(at('p', name), 'utf8')).toBe(described('by Ann'));
    expect(await deliver(id, 'a.jpg', { caption: 'a model’s', tags: ['sea'] })).toBe(false);
    expect(await valuesOf(at('p', name))).toMatchObject({ 'XMP-dc:Description': 'by Ann', 'XMP-dc:Subject': 'sea' });
    expect(await readdir(at('p'))).toEqual(['a.jpg', name].toSorted());
  });

  it('is merged into where it says nothing that is in the way', async () => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.xmp'), sidecar('<mine:secret>42</mine:secret>'));
    expect(await deliver(id, 'a.jpg', { caption: 'boats' })).toBe(true);
    const text = await readFile(at('p', 'a.xmp'), 'utf8');
    expect(text).toContain('<mine:secret>42</mine:secret>');
    expect(text).toContain('boats');
    expect(await readdir(at('p'))).toEqual(['a.jpg', 'a.xmp']);
  });

  it('is not hidden by one of Vignette’s that is looked at first', async () => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.jpg.xmp'), described('known to the library'));
    await writeFile(at('p', 'a.xmp'), described('by Ann'));
    expect(
      await xmp.holdsForeignText(
        { photoId: id, photo: at('p', 'a.jpg'), file: at('p', 'a.jpg.xmp'), folder: undefined },
        'caption',
        ours,
      ),
    ).toBe(true);
    expect(await deliver(id, 'a.jpg', { caption: 'newer' })).toBe(false);
    expect(await readFile(at('p', 'a.jpg.xmp'), 'utf8')).toBe(described('known to the library'));
  });

  it('is the raw file’s where a raw file and a picture share it, and nobody’s where two pictures do', async () => {
    const [raw, jpeg] = [await addPhoto('a.CR2'), await addPhoto('a.jpg')];
    await writeFile(at('p', 'a.xmp'), described('by Ann'));
    expect(await deliver(jpeg, 'a.jpg', { caption: 'boats' })).toBe(true);
    expect(await deliver(raw, 'a.CR2', { caption: 'boats' })).toBe(false);
    const [one, two] = [await addPhoto('b.jpg'), await addPhoto('b.png')];
    await writeFile(at('p', 'b.xmp'), described('by Ann'));
    expect(await deliver(one, 'b.jpg', { caption: 'boats' })).toBe(true);
    expect(await deliver(two, 'b.png', { caption: 'boats' })).toBe(true);
    expect(await readFile(at('p', 'b.xmp'), 'utf8')).toBe(described('by Ann'));
  });

  it.skipIf(process.platform !== 'linux')(
    'is another photo’s on disks that tell a.jpg from A.JPG (as on Linux)',
    async () => {
      const id = await addPhoto('a.jpg');
      await addPhoto('a.JPG');
      await writeFile(at('p', 'a.JPG.xmp'), described('by Ann'));
      expect(await deliver(id, 'a.jpg', { caption: 'boats' })).toBe(true);
      expect(await readdir(at('p'))).toContain('a.jpg.xmp');
    },
  );

  it.each(['', ' \n'])('is filled like a new one where it is blank: %j', async (blank) => {
    const id = await addPhoto('a.jpg', { 'IPTC:Keywords': ['theirs'], 'EXIF:Copyright': 'me' });
    await writeFile(at('p', 'a.jpg.xmp'), blank);
    expect(await deliver(id, 'a.jpg', { caption: 'a boat', tags: ['sea'] })).toBe(true);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'a boat',
      'XMP-dc:Subject': ['theirs', 'sea'],
      'XMP-dc:Rights': 'me',
    });
  });

  it('keeps Vignette’s text where another one has somebody else’s, and says that that stayed', async () => {
    const id = await addPhoto('a.jpg');
    await deliver(id, 'a.jpg', { caption: 'a boat' });
    await writeFile(at('p', 'a.xmp'), described('somebody else’s'));
    // Another export, which lists the folder anew.
    await xmp[Symbol.asyncDispose]();
    xmp = await XmpSidecars.start(folder.path, catalog.catalog.writtenXmp);
    expect(await deliver(id, 'a.jpg', { caption: 'a boat', tags: ['sea'] })).toBe(false);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'a boat',
      'XMP-dc:Subject': 'sea',
    });
    expect(await readFile(at('p', 'a.xmp'), 'utf8')).toBe(described('somebody else’s'));
  });

  it('stays as it is where somebody made it while Vignette was making its own', async () => {
    const id = await addPhoto('a.jpg', { 'IPTC:Caption-Abstract': 'known to the library' });
    const file = at('p', 'a.jpg.xmp');
    const sidecarFile = { photoId: id, photo: at('p', 'a.jpg'), file, folder: folder.path };
    const meanwhile: IsOwnText = (text, form, isWritten) => {
      writeFileSync(file, described('somebody else’s'));
      return ours(text, form, isWritten);
    };
    expect(await xmp.deliver(sidecarFile, { caption: 'a boat' }, meanwhile)).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(described('somebody else’s'));
  });

  it('is what a new one in another folder begins with', async () => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.xmp'), subjects('theirs'));
    await deliver(id, 'a.jpg', { caption: 'boats' }, at('out', 'a.jpg.xmp'));
    expect(await valuesOf(at('out', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Subject': 'theirs',
      'XMP-dc:Description': 'boats',
    });
    expect(await readFile(at('p', 'a.xmp'), 'utf8')).toBe(subjects('theirs'));
  });
});

describe('what a photo’s file says of itself', () => {
  it('is in its first sidecar, which programs read instead of it', async () => {
    const id = await addPhoto('a.jpg', {
      'IPTC:Keywords': ['pier', '3.10'],
      'IPTC:City': 'Genoa',
      'XMP-dc:Title': 'Harbour',
      'XMP-lr:HierarchicalSubject': ['places|Genoa'],
      'EXIF:Artist': 'Ann',
      'XMP-xmp:Rating': '4',
    });
    expect(await deliver(id, 'a.jpg', { caption: 'boats', tags: ['sea'] })).toBe(true);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'boats',
      'XMP-dc:Subject': ['pier', '3.10', 'sea'],
      'XMP-dc:Title': 'Harbour',
      'XMP-dc:Creator': 'Ann',
      'XMP-lr:HierarchicalSubject': ['places|Genoa', 'sea'],
      // Where digiKam and Immich look first, and nothing was.
      'XMP-digiKam:TagsList': ['sea', 'places/Genoa', 'pier', '3.10'],
      'XMP-photoshop:City': 'Genoa',
      'XMP-xmp:Rating': '4',
    });
  });

  it.each([
    ['IPTC', { 'IPTC:Caption-Abstract': 'by Ann' }],
    ['EXIF', { 'EXIF:ImageDescription': 'by Ann' }],
    ['XMP', { 'XMP-dc:Description': 'by Ann' }],
  ])('is not overridden: a caption in %s', async (_, tags) => {
    const id = await addPhoto('a.jpg', tags);
    expect(await deliver(id, 'a.jpg', { caption: 'boats' })).toBe(false);
    expect(await readdir(at('p'))).toEqual(['a.jpg']);
    expect(await deliver(id, 'a.jpg', { caption: 'boats', tags: ['sea'] })).toBe(false);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'by Ann',
      'XMP-dc:Subject': 'sea',
    });
  });

  it('does not count where a camera wrote it', async () => {
    const id = await addPhoto('a.jpg', { 'EXIF:ImageDescription': 'OLYMPUS DIGITAL CAMERA', 'EXIF:Artist': 'Ann' });
    expect(await deliver(id, 'a.jpg', { caption: 'boats' })).toBe(true);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'boats',
      'XMP-dc:Creator': 'Ann',
    });
  });
});

describe('other people’s values', () => {
  it('stay as they are spelled, whatever they look like', async () => {
    const id = await addPhoto('a.jpg');
    const theirs = ['3.10', '2.0', '1e5', 'True', 'false', '007', '1_000', '&amp;amp;', 'a, b', '12345678901234567890'];
    await writeFile(at('p', 'a.jpg.xmp'), subjects(...theirs));
    const before = (await valuesOf(at('p', 'a.jpg.xmp')))['XMP-dc:Subject'];
    await deliver(id, 'a.jpg', { caption: 'boats', tags: ['sea', '4.50', 'yes & no', '&lt;'] });
    expect((await valuesOf(at('p', 'a.jpg.xmp')))['XMP-dc:Subject']).toEqual([
      ...(Array.isArray(before) ? before : []),
      ...['sea', '4.50', 'yes & no', '&lt;'],
    ]);
    expect(before).toEqual(expect.arrayContaining(['3.10', '1e5', 'True', '&amp;']));
  });

  it('stay when Vignette’s leave, also where they are equal', async () => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.jpg.xmp'), subjects('sea', 'pier'));
    await deliver(id, 'a.jpg', { tags: ['sea', 'places/Genoa'] });
    await deliver(id, 'a.jpg', { tags: ['beach'] });
    const [subject, tagsList] = ['XMP-dc:Subject', 'XMP-digiKam:TagsList'];
    const values = await valuesOf(at('p', 'a.jpg.xmp'));
    expect(values[subject]).toEqual(['sea', 'pier', 'beach']);
    expect([values[tagsList]].flat().toSorted()).toEqual(['beach', 'pier', 'sea']);
    await deliver(id, 'a.jpg', { tags: [] });
    const last = await valuesOf(at('p', 'a.jpg.xmp'));
    expect(last['XMP-dc:Subject']).toEqual(['sea', 'pier']);
    expect(last['XMP-digiKam:TagsList']).toBeUndefined();
  });
});

describe('a sidecar that would not say what was meant', () => {
  it.each([
    ['another caption', described('a b'), 'caption'],
    ['no tags', described('a boat'), 'XMP-dc:Subject'],
    ['half a document', described('a boat').replace('</rdf:Description>', ''), 'not valid'],
  ])('is not written, and nor is a new one: %s', async (_, wrong, reason) => {
    using changed = vi.spyOn(XmpFiles.prototype, 'changed');
    changed.mockResolvedValue(Buffer.from(wrong));
    const [one, other] = [await addPhoto('a.jpg'), await addPhoto('b.jpg')];
    await writeFile(at('p', 'a.jpg.xmp'), subjects('pier'));
    const wanted = { caption: 'a boat', tags: ['sea'] };
    for (const [id, name] of [
      [one, 'a.jpg'],
      [other, 'b.jpg'],
    ] as const) {
      await expect(deliver(id, name, wanted)).rejects.toThrow(reason);
      await expect(deliver(id, name, wanted)).rejects.toMatchObject({ code: expect.stringMatching(/^SIDECAR_UN/) });
      expect(catalog.catalog.writtenXmp.of(id).size).toBe(0);
    }
    expect(await readdir(at('p'))).toEqual(['a.jpg', 'a.jpg.xmp', 'b.jpg']);
    expect(await readFile(at('p', 'a.jpg.xmp'), 'utf8')).toBe(subjects('pier'));
  });
});

describe('many photos at once', () => {
  it('get each its own, whatever the others are', async () => {
    const caption = (index: number) => `boat ${index} & {ready}`;
    const plain = Array.from({ length: 40 }, (_, index) => `plain ${index}.jpg`);
    for (const name of plain) await addPhoto(name);
    await addPhoto('said.jpg', { 'EXIF:Artist': 'Ann', 'IPTC:Keywords': ['pier'] });
    await addPhoto('packet.jpg', { 'XMP-dc:Title': 'Harbour' });
    await addPhoto('theirs.jpg', { 'XMP-dc:Description': 'by Ann' });
    await writeFile(at('p', 'damaged.jpg'), picture.subarray(0, 100));
    await addPhoto('merged.jpg');
    await writeFile(at('p', 'merged.jpg.xmp'), sidecar('<mine:secret>42</mine:secret>'));
    await addPhoto('invalid.jpg');
    await writeFile(at('p', 'invalid.jpg.xmp'), '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF');
    const names = (await readdir(at('p'))).filter((name) => !name.endsWith('.xmp'));
    const ends = await Promise.allSettled(
      names.map(async (name, index) => deliver(await addId(), name, { caption: caption(index), tags: [name] })),
    );
    const refused = new Map(names.map((name, index) => [name, ends[index]]));
    expect(refused.get('invalid.jpg')).toMatchObject({ reason: { code: 'SIDECAR_UNREADABLE' } });
    expect(refused.get('theirs.jpg')).toEqual({ status: 'fulfilled', value: false });
    for (const [index, name] of names.entries()) {
      if (name === 'invalid.jpg') continue;
      if (name !== 'theirs.jpg') expect(refused.get(name), name).toEqual({ status: 'fulfilled', value: true });
      const values = await valuesOf(at('p', `${name}.xmp`));
      expect(values['XMP-dc:Description'], name).toBe(name === 'theirs.jpg' ? 'by Ann' : caption(index));
      expect(values['XMP-digiKam:TagsList'], name).toEqual(name === 'said.jpg' ? [name, 'pier'] : name);
    }
    expect(await valuesOf(at('p', 'said.jpg.xmp'))).toMatchObject({
      'XMP-dc:Creator': 'Ann',
      'XMP-dc:Subject': ['pier', 'said.jpg'],
    });
    expect(await valuesOf(at('p', 'packet.jpg.xmp'))).toMatchObject({ 'XMP-dc:Title': 'Harbour' });
    expect(await readFile(at('p', 'merged.jpg.xmp'), 'utf8')).toContain('<mine:secret>42</mine:secret>');
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  it.skipIf(process.platform !== 'linux')(
    'lose nothing of each other in a sidecar that is for all of them (on disks that tell a.jpg from A.JPG, as on Linux)',
    async () => {
      const ids = [await addPhoto('a.jpg'), await addPhoto('a.JPG')];
      await writeFile(at('p', 'a.Jpg.xmp'), subjects('theirs'));
      const tags = { 'a.jpg': 'small', 'a.JPG': 'large' };
      await Promise.all(
        Object.entries(tags).map(([name, tag], index) => deliver(ids[index] ?? 0, name, { tags: [tag] })),
      );
      expect((await valuesOf(at('p', 'a.Jpg.xmp')))['XMP-dc:Subject']).toEqual(['theirs', 'small', 'large']);
    },
  );
});

it('a keyword of somebody else that differs in capitals or in how accents are composed is not written once more', async () => {
  const id = await addPhoto('a.jpg');
  await writeFile(at('p', 'a.jpg.xmp'), subjects('Sea', 'caf\u0065\u0301'));
  await deliver(id, 'a.jpg', { tags: ['sea', 'caf\u00e9', 'drinks/Sea', 'pier'] });
  const values = await valuesOf(at('p', 'a.jpg.xmp'));
  expect(values['XMP-dc:Subject']).toEqual(['Sea', 'caf\u0065\u0301', 'pier']);
  expect(values['XMP-digiKam:TagsList']).toEqual(['sea', 'caf\u00e9', 'drinks/Sea', 'pier']);
  // Vignette's own follow the library's spelling.
  await deliver(id, 'a.jpg', { tags: ['PIER'] });
  expect((await valuesOf(at('p', 'a.jpg.xmp')))['XMP-dc:Subject']).toEqual(['Sea', 'caf\u0065\u0301', 'PIER']);
});

describe('what Vignette wrote', () => {
  it.each([
    'Tom &amp; Jerry &#38; <b>"x"</b> ]]>',
    'bell \u0007, vertical \u000b tab, nothing \u0000 at all',
    'one\r\ntwo\rthree',
    '2.50',
    'True',
    '\ufffe not a character, half a pair \ud83d',
  ])('is known again and replaced: %j', async (caption) => {
    const id = await addPhoto('a.jpg');
    expect(await deliver(id, 'a.jpg', { caption })).toBe(true);
    const first = await readFile(at('p', 'a.jpg.xmp'));
    expect(await deliver(id, 'a.jpg', { caption })).toBe(true);
    expect(await readFile(at('p', 'a.jpg.xmp'))).toEqual(first);
    expect(await deliver(id, 'a.jpg', { caption: 'newer' })).toBe(true);
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({ 'XMP-dc:Description': 'newer' });
  });

  it('leaves when the library has no caption any more, and only then', async () => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.jpg.xmp'), sidecar('<mine:secret>42</mine:secret>'));
    await deliver(id, 'a.jpg', { caption: 'boats' });
    await deliver(id, 'a.jpg', { tags: [] });
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({ 'XMP-dc:Description': 'boats' });
    await deliver(id, 'a.jpg', { caption: null });
    const text = await readFile(at('p', 'a.jpg.xmp'), 'utf8');
    expect(text).not.toContain('boats');
    expect(text).toContain('<mine:secret>42</mine:secret>');
  });

  it('stays where a person has changed it', async () => {
    const id = await addPhoto('a.jpg');
    await deliver(id, 'a.jpg', { caption: 'boats' });
    await writeFile(
      at('p', 'a.jpg.xmp'),
      (await readFile(at('p', 'a.jpg.xmp'), 'utf8')).replaceAll('boats', 'Ann’s boats'),
    );
    expect(await deliver(id, 'a.jpg', { caption: 'newer' })).toBe(false);
    await deliver(id, 'a.jpg', { caption: null });
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({ 'XMP-dc:Description': 'Ann’s boats' });
  });

  it('is known when the sidecar was moved with its photo', async () => {
    const id = await addPhoto('a.jpg');
    await deliver(id, 'a.jpg', { caption: 'boats', tags: ['sea'] });
    await rename(at('p', 'a.jpg'), at('p', 'b.jpg'));
    await rename(at('p', 'a.jpg.xmp'), at('p', 'b.jpg.xmp'));
    await using later = await XmpSidecars.start(folder.path, catalog.catalog.writtenXmp);
    const sidecarFile = { photoId: id, photo: at('p', 'b.jpg'), file: at('p', 'b.jpg.xmp'), folder: undefined };
    expect(await later.deliver(sidecarFile, { caption: 'newer', tags: [] }, ours)).toBe(true);
    const values = await valuesOf(at('p', 'b.jpg.xmp'));
    expect(values).toMatchObject({ 'XMP-dc:Description': 'newer' });
    expect(values['XMP-dc:Subject']).toBeUndefined();
  });
});

describe('an alt text and a long description', () => {
  const [altField, longField] = ['XMP-iptcCore:AltTextAccessibility', 'XMP-iptcCore:ExtDescrAccessibility'];
  const both = { altText: 'Three boats & 1 pier', longDescription: 'Three white boats.\nBehind them, a pier.' };

  it('go where IPTC has them, are updated, and leave one by one when the library has them no more', async () => {
    const id = await addPhoto('a.jpg');
    expect(await deliver(id, 'a.jpg', { caption: 'boats', ...both })).toBe(true);
    const first = await readFile(at('p', 'a.jpg.xmp'));
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject({
      'XMP-dc:Description': 'boats',
      [altField]: both.altText,
      [longField]: both.longDescription,
    });
    expect(first.toString()).toMatch(/AltTextAccessibility>\s*<rdf:Alt>\s*<rdf:li xml:lang='x-default'>/);
    expect(await deliver(id, 'a.jpg', { caption: 'boats', ...both })).toBe(true);
    expect(await readFile(at('p', 'a.jpg.xmp'))).toEqual(first);
    // An export that has no alt texts leaves them as they are.
    await deliver(id, 'a.jpg', { caption: 'newer' });
    await deliver(id, 'a.jpg', { altText: 'Boats', longDescription: null });
    const last = await valuesOf(at('p', 'a.jpg.xmp'));
    expect(last).toMatchObject({ 'XMP-dc:Description': 'newer', [altField]: 'Boats' });
    expect(last).not.toHaveProperty(longField);
    await deliver(id, 'a.jpg', { altText: null });
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).not.toHaveProperty(altField);
  });

  it.each([altField, `${altField}-de`])('of another program stay, and each for itself: %s', async (field) => {
    const id = await addPhoto('a.jpg', { [field]: 'by Ann' });
    expect(await deliver(id, 'a.jpg', { caption: 'boats', ...both })).toBe(false);
    const there = { 'XMP-dc:Description': 'boats', [field]: 'by Ann', [longField]: both.longDescription };
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject(there);
    await deliver(id, 'a.jpg', { altText: null });
    expect(await valuesOf(at('p', 'a.jpg.xmp'))).toMatchObject(there);
  });

  it('stay where a person has changed them, and are not hidden by Vignette’s in another sidecar', async () => {
    const id = await addPhoto('a.jpg');
    const [first, second] = [at('p', 'a.jpg.xmp'), at('p', 'a.xmp')];
    await deliver(id, 'a.jpg', { altText: 'boats' });
    await writeFile(second, (await readFile(first, 'utf8')).replaceAll('boats', 'Ann’s boats'));
    await xmp[Symbol.asyncDispose]();
    xmp = await XmpSidecars.start(folder.path, catalog.catalog.writtenXmp);
    expect(await deliver(id, 'a.jpg', { altText: 'newer', longDescription: 'long' })).toBe(false);
    expect(await valuesOf(first)).toMatchObject({ [altField]: 'boats', [longField]: 'long' });
    await writeFile(first, (await readFile(first, 'utf8')).replaceAll('boats', 'Bob’s boats'));
    expect(await deliver(id, 'a.jpg', { altText: null })).toBe(true);
    expect(await valuesOf(first)).toMatchObject({ [altField]: 'Bob’s boats' });
  });
});

describe('what a photo says of itself', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is read once for the question whether it may be replaced and for the sidecar, unless the file changes between', async () => {
    const grace: Record<string, string> = { 'XMP-dc:Creator': 'Grace' };
    const extracted = vi.spyOn(XmpFiles.prototype, 'embedded');
    for (const name of ['same.jpg', 'changed.jpg']) {
      const photoId = await addPhoto(name, { 'XMP-dc:Creator': 'Ada' });
      const file = at('p', `${name}.xmp`);
      const place = { photoId, photo: at('p', name), file, folder: folder.path };
      expect(await xmp.holdsForeignText(place, 'caption', ours)).toBe(false);
      if (name === 'changed.jpg') await exifTool.write(at('p', name), grace, { writeArgs: ['-overwrite_original'] });
      expect(await xmp.deliver(place, { caption: 'a boat' }, ours)).toBe(true);
      expect((await valuesOf(file))['XMP-dc:Creator']).toBe(name === 'changed.jpg' ? 'Grace' : 'Ada');
    }
    const files = extracted.mock.calls.map(([photo]) => path.basename(photo));
    expect(files).toEqual(['same.jpg', 'changed.jpg', 'changed.jpg']);
  });
});

describe('a sidecar that was made to do harm', () => {
  const entity = (declared: string) => `<!DOCTYPE x [${declared}]>${described('&x;')}`;
  const tenfold = Array.from({ length: 12 }, (_, level) => `<!ENTITY x${level + 1} "${`&x${level};`.repeat(10)}">`);

  it.each([
    ['entities that multiply', `<!ENTITY x0 "ha">${tenfold.join('')}<!ENTITY x "&x12;">`],
    ['an entity from a file', '<!ENTITY x SYSTEM "file:///etc/hostname">'],
    ['an entity from the network', '<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'],
  ])('with %s comes to nothing: no file is read, and nothing grows', async (_what, declared) => {
    const id = await addPhoto('a.jpg');
    await writeFile(at('p', 'a.jpg.xmp'), entity(declared));
    const delivered = await deliver(id, 'a.jpg', { caption: 'boats', tags: ['sea'] }).catch((error: unknown) => error);
    const after = await readFile(at('p', 'a.jpg.xmp'), 'utf8');
    expect(after.length).toBeLessThan(20_000);
    expect(after).not.toContain('haha');
    expect(after).not.toContain(hostname());
    expect([false, expect.objectContaining({ code: 'SIDECAR_UNREADABLE' })]).toContainEqual(delivered);
  });

  it.skipIf(process.platform === 'win32')(
    'that is a pipe, a socket or a device is neither waited for nor replaced',
    async () => {
      const [pipe, socket, device] = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => at('p', `${name}.xmp`)) as [
        string,
        string,
        string,
      ];
      await promisify(execFile)('mkfifo', [pipe]);
      const server = createServer();
      server.listen(socket);
      await once(server, 'listening');
      await symlink('/dev/zero', device);
      try {
        for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
          const id = await addPhoto(name);
          const file = at('p', `${name}.xmp`);
          const before = await lstat(file);
          await expect(deliver(id, name, { caption: 'boats' }), name).rejects.toThrow();
          const after = await lstat(file);
          expect([after.ino, after.mode], name).toEqual([before.ino, before.mode]);
        }
      } finally {
        server.close();
      }
    },
  );
});
