/** @file Sidecars as other programs write them, and those that nothing is to be taken from: the photo itself is read either way. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { type OwnSidecarText, withoutOwn } from '../../../main/library/images/sidecarReader.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { cornersPicture } from './pictures.ts';

let tools: ImageTools;
let photo: string;

beforeAll(async () => {
  tools = await openImageTools();
  photo = path.join(tools.folder, 'IMG.jpg');
  await writeFile(photo, await cornersPicture(60, 40).jpeg().toBuffer());
  await write(photo, ['-XMP-dc:Title=in the file', '-XMP-dc:Subject=file', '-XMP-dc:Creator=Ann']);
});
afterAll(() => tools[Symbol.asyncDispose]());

/** As an argument of its own, ExifTool would take it for the value of the tag before it. */
async function write(file: string, args: readonly string[]): Promise<void> {
  const exifTool = await tools.exifTool.get();
  await exifTool.write(file, { 'XMP-x:XMPToolkit': 'test' } as object, {
    writeArgs: ['-overwrite_original', ...args],
  });
}

const read = (sidecars: readonly string[], own: OwnSidecarText | null = null) =>
  tools.pictures.read(
    photo,
    sidecars.map((file) => ({ file, own })),
  );

const said = ({ info }: PhotoMetadata) => ({
  ...Object.fromEntries(info.texts.map(({ kind, text }) => [kind, text])),
  keywords: info.keywords.map(({ path: keyword }) => keyword),
});

const xmp = (description: string, before = '') =>
  `${before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
  <rdf:li xml:lang="x-default">${description}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`;

async function sidecar(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(tools.folder, name);
  await writeFile(file, content);
  return file;
}

describe('a sidecar', () => {
  it.each<[program: string, args: readonly string[], expected: object]>([
    [
      'digiKam',
      [
        ...['-XMP-dc:Title=by digiKam', '-XMP-digiKam:TagsList=Places/Brest', '-XMP-dc:Subject=Brest'],
        '-XMP-digiKam:ColorLabel=1',
      ],
      { title: 'by digiKam', label: 'Red', creator: 'Ann', keywords: ['Places/Brest'] },
    ],
    [
      'Lightroom',
      ['-XMP-dc:Title=by Lightroom', '-XMP-lr:HierarchicalSubject=Places|Brest', '-XMP-dc:Subject=Brest'],
      { title: 'by Lightroom', creator: 'Ann', keywords: ['Places/Brest'] },
    ],
    [
      'Immich',
      ['-XMP-dc:Description=by Immich', '-XMP-digiKam:TagsList=Brest', '-XMP-xmp:Rating=4'],
      { title: 'in the file', caption: 'by Immich', creator: 'Ann', keywords: ['Brest'] },
    ],
    [
      'darktable',
      [
        ...['-XMP-dc:Title=by darktable', '-XMP-lr:HierarchicalSubject=darktable|exported', '-XMP-dc:Subject=exported'],
        '-XMP-dc:Subject=darktable',
      ],
      // What darktable notes for itself is no keyword: those of the file stand.
      { title: 'by darktable', creator: 'Ann', keywords: ['file'] },
    ],
  ])('of %s counts before the file, kind by kind', async (program, args, expected) => {
    const file = path.join(tools.folder, `${program}.xmp`);
    await write(file, args);
    const metadata = await read([file]);
    expect(said(metadata)).toEqual(expected);
    expect(metadata.sidecarProblems).toEqual([]);
    expect(metadata.info.texts.find(({ kind }) => kind === 'creator')?.sidecar).toBeNull();
    expect(new Set(metadata.info.texts.map(({ sidecar: name }) => name))).toContain(`${program}.xmp`);
  });

  it('tells where the photo was taken, and not how large it is or when', async () => {
    const file = path.join(tools.folder, 'position.xmp');
    await write(file, [
      ...['-XMP-exif:GPSLatitude=48.39', '-XMP-exif:GPSLongitude=-4.48', '-XMP-tiff:Orientation=6'],
      ...['-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06', '-XMP-photoshop:City=Brest'],
    ]);
    const metadata = await read([file]);
    expect(metadata.position).toMatchObject({ latitude: 48.39, longitude: -4.48 });
    expect(metadata).toMatchObject({ orientation: 1, shownSize: { width: 60, height: 40 }, format: 'JPEG' });
    expect(metadata.takenAt?.local).toBe('2001-02-03T04:05:06');
    expect(metadata.info.places).toMatchObject([{ city: 'Brest', sidecar: 'position.xmp' }]);
  });

  it('that programs look at first counts before the other', async () => {
    const first = await sidecar('IMG.jpg.xmp', xmp('first'));
    const second = await sidecar('IMG.xmp', xmp('second'));
    expect(said(await read([first, second]))).toMatchObject({ title: 'first' });
    expect(said(await read([second]))).toMatchObject({ title: 'second' });
    expect(said(await read([path.join(tools.folder, 'gone.xmp'), second]))).toMatchObject({ title: 'second' });
  });

  const bomb = `<!DOCTYPE x [<!ENTITY a "${'x'.repeat(99)}">${Array.from(
    { length: 20 },
    (_, i) => `<!ENTITY ${'b'.repeat(i + 2)} "${`&${i === 0 ? 'a' : 'b'.repeat(i + 1)};`.repeat(10)}">`,
  ).join('')}]>`;
  const utf16 = (text: string) => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);

  it.each<[what: string, content: string | Buffer, reason: string | null]>([
    ['a bomb of entities', xmp(`&${'b'.repeat(21)};`, bomb), 'declaresEntities'],
    ['an entity from a file', xmp('&x;', '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 'declaresEntities'],
    ['the same in UTF-16', utf16(xmp('&x;', '<!DOCTYPE x SYSTEM "http://127.0.0.1/x">')), 'declaresEntities'],
    ['more bytes than any program writes', xmp('x'.repeat(8 * 1024 * 1024)), 'tooLarge'],
    ['no XML', 'title: in the sidecar', 'notXmp'],
    ['XML that is no XMP', '<html><body>in the sidecar</body></html>', 'notXmp'],
    ['half of it', xmp('in the sidecar').slice(0, 250), 'notXmp'],
    ['a picture', Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0), 'notXmp'],
    ['elements nested without end', xmp('<dc:a>'.repeat(100_000)), 'tooDeep'],
    ['the same behind ends of nothing', xmp('<dc:a b="/>">/></'.repeat(50_000)), 'notXmp'],
    ['the same behind an attribute', xmp(`<dc:a b="/>" c='</dc:a>'>`.repeat(50_000)), 'notXmp'],
    ['the same with attributes', xmp(`<dc:a b="/>" c='>'>`.repeat(50_000)), 'tooDeep'],
    ['the same in a section of text', xmp(`<![CDATA[${'<dc:a>'.repeat(50_000)}]]>`), 'tooDeep'],
    ['nothing', '', null],
    ['spaces', ' \n\t', null],
  ])('with %s is refused, and the photo read', async (what, content, reason) => {
    const name = `${what}.xmp`;
    const metadata = await read([await sidecar(name, content)]);
    expect(said(metadata)).toEqual({ title: 'in the file', creator: 'Ann', keywords: ['file'] });
    expect(metadata.sidecarProblems).toEqual(reason === null ? [] : [{ sidecar: name, reason }]);
  });

  it('may have comments, instructions, and quotation marks of both kinds', async () => {
    const content = xmp('<!-- a > b " -->x', '<?xpacket begin="" id="W5M0"?><!-- < -->\n').replace(
      'rdf:about=""',
      `rdf:about='' xmlns:photoshop = "http://ns.adobe.com/photoshop/1.0/" photoshop:Headline='a "b" c'`,
    );
    expect(said(await read([await sidecar('lively.xmp', `${content}<?xpacket end="w"?>`)]))).toMatchObject({
      headline: 'a "b" c',
    });
  });

  it('of darktable has its color label', async () => {
    const labels = `<darktable:colorlabels xmlns:darktable="http://darktable.sf.net/"><rdf:Seq><rdf:li>2</rdf:li></rdf:Seq></darktable:colorlabels>`;
    const file = await sidecar('labels.xmp', xmp('x').replace('<dc:title>', `${labels}<dc:title>`));
    expect(said(await read([file]))).toMatchObject({ title: 'x', label: 'Green' });
  });

  it('in UTF-16 is read', async () => {
    expect(
      said(
        await read([await sidecar('utf16.xmp', utf16(xmp('Überschrift', '<?xml version="1.0" encoding="UTF-16"?>')))]),
      ),
    ).toMatchObject({
      title: 'Überschrift',
    });
  });

  it.skipIf(process.platform === 'win32')('that is a pipe or a folder is never opened', async () => {
    const pipe = path.join(tools.folder, 'pipe.xmp');
    await promisify(execFile)('mkfifo', [pipe]);
    const folder = path.join(tools.folder, 'folder.xmp');
    await mkdir(folder);
    const metadata = await read([pipe, folder]);
    expect(said(metadata)).toMatchObject({ title: 'in the file' });
    expect(metadata.sidecarProblems).toEqual([
      { sidecar: 'pipe.xmp', reason: 'notAFile' },
      { sidecar: 'folder.xmp', reason: 'notAFile' },
    ]);
  });
});

describe('what Vignette wrote into a sidecar', () => {
  const own = {
    description: 'A boat\r\nat sea',
    values: { 'XMP-dc:Subject': ['boat'], 'XMP-digiKam:TagsList': ['x/y'] },
  };
  const without = (tags: Record<string, unknown>) => Object.fromEntries(withoutOwn(new Map(Object.entries(tags)), own));

  it('is left out, and what others wrote is not', () => {
    expect(
      without({
        'XMP-dc:Description': 'A boat\nat sea',
        'XMP-tiff:ImageDescription': 'A boat at sea',
        'XMP-dc:Title': 'A boat',
        'XMP-dc:Subject': ['boat', 'sea'],
        'XMP-digiKam:TagsList': 'x/y',
        'XMP-lr:HierarchicalSubject': 'x|y',
      }),
    ).toEqual({
      'XMP-tiff:ImageDescription': 'A boat at sea',
      'XMP-dc:Title': 'A boat',
      'XMP-dc:Subject': ['sea'],
      'XMP-lr:HierarchicalSubject': 'x|y',
    });
  });

  it('does not come back as what the sidecar says', async () => {
    const file = path.join(tools.folder, 'own.xmp');
    const altField = 'XMP-iptcCore:AltTextAccessibility';
    await write(file, [
      '-XMP-dc:Description=Ours',
      '-XMP-dc:Subject=boat',
      '-XMP-dc:Subject=theirs',
      `-${altField}=Alt`,
    ]);
    const ours = { description: 'Ours', values: { 'XMP-dc:Subject': ['boat'], [altField]: ['Alt'] } };
    expect(said(await read([file], ours))).toEqual({ title: 'in the file', creator: 'Ann', keywords: ['theirs'] });
    expect(said(await read([file]))).toMatchObject({ caption: 'Ours', altText: 'Alt', keywords: ['boat', 'theirs'] });
  });
});
