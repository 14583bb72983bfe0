/** @file Texts in photos' own files: the picture and everything else that a file says stays, and what was written can leave again. */
import { createHash } from 'node:crypto';
import { chmod, link, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { withoutOwnTexts } from '../../../main/library/images/sidecarReader.ts';
import { EmbeddingLibrary, everything, picture } from './embeddingLibrary.ts';

let exifTool: ExifTool;
let library: EmbeddingLibrary;

beforeAll(async () => {
  exifTool = await startExifTool('This test needs');
  library = await EmbeddingLibrary.open();
});
afterAll(async () => {
  await exifTool.end();
  await library[Symbol.asyncDispose]();
});
beforeEach(() => library.turnPage());

async function tagsOf(name: string): Promise<Record<string, unknown>> {
  const readArgs = ['-a', '-G1', '-struct', '-api', 'StructFormat=JSONQ'];
  return { ...(await exifTool.readRaw(library.at(name), { readArgs, useMWG: false })) };
}

/** As other programs would have left it. */
async function withTags(name: string, content: Uint8Array, tags: Record<string, unknown>): Promise<number> {
  await writeFile(library.at(name), content);
  await exifTool.write(library.at(name), tags, { writeArgs: ['-overwrite_original'] });
  return await library.add(name, await readFile(library.at(name)));
}

const jpeg = () => picture.clone().jpeg().toBuffer();
const pixels = async (content: Uint8Array) =>
  createHash('sha256')
    .update(await sharp(content, { animated: true }).raw().toBuffer())
    .digest('hex');

describe('a caption and tags', () => {
  it('are written to where other programs look, and nothing else of the file changes', async () => {
    const content = await picture
      .clone()
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'Ann', Make: 'Acme' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } })
      .jpeg()
      .toBuffer();
    const id = await withTags('a.jpg', content, {
      'XMP-dc:Subject': ['theirs'],
      'XMP-xmp:Rating': 4,
      'IPTC:Keywords': ['theirs'],
    });
    await utimes(library.at('a.jpg'), 1_600_000_000, 1_600_000_000);
    await library.scan();
    const before = await readFile(library.at('a.jpg'));
    library.catalog.captions.write(id, 'Émile’s boat & <b>"sea"</b>\n日本');
    library.tag(id, 'places/France', 'sea, salt');
    expect(await library.embed([id])).toEqual({ written: 1, kept: 0, failures: [] });
    const tags = await tagsOf('a.jpg');
    expect(tags).toMatchObject({
      'XMP-dc:Description': 'Émile’s boat & <b>"sea"</b>\n日本',
      'IFD0:ImageDescription': 'Émile’s boat & <b>"sea"</b>\n日本',
      'IPTC:Caption-Abstract': 'Émile’s boat & <b>"sea"</b>\n日本',
      'XMP-dc:Subject': ['theirs', 'France', 'sea, salt'],
      'IPTC:Keywords': ['theirs', 'France', 'sea, salt'],
      'XMP-digiKam:TagsList': ['places/France', 'sea, salt', 'theirs'],
      'XMP-lr:HierarchicalSubject': ['places|France', 'sea, salt', 'theirs'],
      'IFD0:Copyright': 'Ann',
      'IFD0:Make': 'Acme',
      'XMP-xmp:Rating': '4',
    });
    expect(tags).not.toHaveProperty('XMP-photoshop:CaptionWriter');
    const after = await readFile(library.at('a.jpg'));
    expect(await pixels(after)).toBe(await pixels(before));
    expect((await stat(library.at('a.jpg'))).mtimeMs).toBe(1_600_000_000_000);
    expect(await readdir(library.at())).toEqual(['a.jpg']);
  });

  it('of other photos are written where one leaves the library meanwhile, which is left alone', async () => {
    const ids: number[] = [];
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) ids.push(await library.add(name, await jpeg()));
    for (const id of ids) library.catalog.captions.write(id, 'a boat');
    const before = await readFile(library.at('b.jpg'));
    const onProgress = (done: number) => {
      if (done === 1) library.catalog.places.delete(ids[1] ?? 0);
    };
    expect(await library.embed(ids, { onProgress })).toEqual({ written: 2, kept: 0, failures: [] });
    expect(await readFile(library.at('b.jpg'))).toEqual(before);
    expect((await readFile(library.at('c.jpg'))).includes('a boat')).toBe(true);
  });

  it('make no IPTC and no EXIF where the file or its format has none', async () => {
    const id = await library.add('a.jpg', await jpeg());
    const gif = await library.add('a.gif', await picture.clone().gif().toBuffer());
    for (const photo of [id, gif]) library.catalog.captions.write(photo, 'a boat');
    expect(await library.embed([id, gif])).toMatchObject({ written: 2, failures: [] });
    expect(Object.keys(await tagsOf('a.jpg')).filter((key) => key.startsWith('IPTC'))).toEqual([]);
    expect(await tagsOf('a.gif')).toMatchObject({ 'XMP-dc:Description': 'a boat' });
  });

  it('come with the alt text and the long description, where those are asked for', async () => {
    const id = await library.add('a.jpg', await jpeg());
    const { captions } = library.catalog;
    captions.write(id, 'Boats');
    captions.write(id, 'Three boats on the sea', { kind: 'altText' });
    captions.write(id, 'Three white boats, one behind the other', { kind: 'longDescription' });
    const included = { ...everything.included, altText: true, longDescription: true };
    await library.embed([id], { filter: { ...everything, included } });
    expect(await tagsOf('a.jpg')).toMatchObject({
      'XMP-dc:Description': 'Boats',
      'XMP-iptcCore:AltTextAccessibility': 'Three boats on the sea',
      'XMP-iptcCore:ExtDescrAccessibility': 'Three white boats, one behind the other',
    });
    await library.restore([id]);
    expect(await tagsOf('a.jpg')).not.toHaveProperty('XMP-iptcCore:AltTextAccessibility');
  });

  it('leave an alt text of another program alone, say so, and know one that was written here', async () => {
    const field = 'XMP-iptcCore:AltTextAccessibility';
    const id = await withTags('a.jpg', await jpeg(), { [field]: 'Three boats' });
    const included = { ...everything.included, captions: false, tags: false, altText: true };
    const filter = { ...everything, included };
    library.catalog.captions.write(id, 'Boats', { kind: 'altText' });
    expect(await library.embed([id], { filter })).toEqual({ written: 0, kept: 1, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({ [field]: 'Three boats' });
    for (const text of ['Three boats', 'Four boats']) {
      library.catalog.captions.write(id, text, { kind: 'altText' });
    }
    expect(await library.embed([id], { filter })).toEqual({ written: 1, kept: 0, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({ [field]: 'Four boats' });
  });

  it('name a model as their writer, and nobody where a person wrote them', async () => {
    const id = await library.add('a.jpg', await jpeg());
    const { runs, captions } = library.catalog;
    const identity = { model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' }, prompt: '', settings: {} };
    const run = runs.begin({
      kind: 'caption',
      description: { kind: 'named', name: 'Caption' },
      identity: identity as never,
    });
    captions.add(id, run, { text: 'a model’s', source: 'model', size: { width: 64, height: 48 } });
    await library.embed([id]);
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-photoshop:CaptionWriter': 'Vignette (tiny)' });
    captions.write(id, 'a person’s');
    await library.embed([id]);
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-dc:Description': 'a person’s' });
    expect(await tagsOf('a.jpg')).not.toHaveProperty('XMP-photoshop:CaptionWriter');
  });

  it('are updated, and leave when they are gone from the library: what the file said before comes back', async () => {
    const id = await withTags('a.jpg', await jpeg(), {
      'EXIF:ImageDescription': 'OLYMPUS DIGITAL CAMERA   &#32;',
      'XMP-dc:Subject': ['theirs'],
    });
    const before = await tagsOf('a.jpg');
    library.catalog.captions.write(id, 'first');
    library.tag(id, 'sea');
    await library.embed([id]);
    library.catalog.captions.write(id, 'second');
    await library.embed([id]);
    expect(await tagsOf('a.jpg')).toMatchObject({ 'IFD0:ImageDescription': 'second' });
    expect(await library.restore([id])).toEqual({ written: 1, kept: 0, failures: [] });
    const after = await tagsOf('a.jpg');
    for (const field of ['IFD0:ImageDescription', 'XMP-dc:Description', 'XMP-dc:Subject', 'XMP-digiKam:TagsList']) {
      expect(after[field], field).toEqual(before[field]);
    }
    expect(library.catalog.embeddedText.among([id])).toEqual([]);
  });

  it('stay out of the way of what other programs say, unless the person has them replaced; that can be undone', async () => {
    const theirs = {
      'XMP-dc:Description': 'by Ann',
      'XMP-dc:Description-de': 'von Ann',
      'XMP-photoshop:CaptionWriter': 'Ann',
      'IPTC:Caption-Abstract': 'by Ann',
    };
    const id = await withTags('a.jpg', await jpeg(), theirs);
    library.catalog.captions.write(id, 'mine');
    library.tag(id, 'sea');
    expect(await library.embed([id])).toEqual({ written: 0, kept: 1, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({ ...theirs, 'XMP-dc:Subject': ['sea'] });
    expect(await library.embed([id], { isReplacing: true })).toMatchObject({ written: 1, kept: 0 });
    const replaced = await tagsOf('a.jpg');
    expect(replaced).toMatchObject({ 'XMP-dc:Description': 'mine', 'IPTC:Caption-Abstract': 'mine' });
    expect(replaced).not.toHaveProperty('XMP-dc:Description-de');
    await library.restore([id]);
    expect(await tagsOf('a.jpg')).toMatchObject(theirs);
  });

  it('do not hide keywords that the file has in IPTC alone, and leave with nothing of them changed', async () => {
    const long = 'Rathaus '.repeat(9).trim();
    const id = await withTags('a.jpg', await jpeg(), { 'IPTC:Keywords': ['Öl', 'pier'], 'IPTC:City': 'Zürich' });
    const subject = await withTags('b.jpg', await jpeg(), { 'XMP-dc:Subject': [long, 'pier'], 'IPTC:City': 'Bern' });
    const before = [await tagsOf('a.jpg'), await tagsOf('b.jpg')];
    for (const photo of [id, subject]) library.tag(photo, 'places/Genoa');
    expect(await library.embed([id, subject])).toEqual({ written: 2, kept: 0, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({
      'IPTC:Keywords': ['Öl', 'pier', 'Genoa'],
      'XMP-dc:Subject': ['Genoa', 'Öl', 'pier'],
      'XMP-digiKam:TagsList': ['places/Genoa', 'Öl', 'pier'],
      'XMP-lr:HierarchicalSubject': ['places|Genoa', 'Öl', 'pier'],
    });
    expect(await tagsOf('b.jpg')).toMatchObject({
      'XMP-dc:Subject': [long, 'pier', 'Genoa'],
      'XMP-digiKam:TagsList': ['places/Genoa', long, 'pier'],
      'IPTC:Keywords': ['Genoa', 'pier'],
    });
    expect(await library.embed([id, subject])).toMatchObject({ written: 2, failures: [] });
    expect(await library.restore([id, subject])).toEqual({ written: 2, kept: 0, failures: [] });
    for (const [index, name] of ['a.jpg', 'b.jpg'].entries()) {
      const after = await tagsOf(name);
      for (const field of ['IPTC:Keywords', 'XMP-dc:Subject', 'XMP-digiKam:TagsList', 'XMP-lr:HierarchicalSubject']) {
        expect(after[field], `${name} ${field}`).toEqual(before[index]?.[field]);
      }
    }
    expect(library.catalog.embeddedText.among([id, subject])).toEqual([]);
  });

  it('that are in the file already as somebody else’s stay theirs', async () => {
    const id = await withTags('a.jpg', await jpeg(), { 'XMP-dc:Description': 'boats', 'XMP-dc:Subject': ['sea'] });
    library.catalog.captions.write(id, 'boats');
    library.tag(id, 'sea');
    await library.embed([id]);
    await library.restore([id]);
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-dc:Description': 'boats', 'XMP-dc:Subject': ['sea'] });
  });

  it('are written anew with the rest of IPTC where its encoding lacks their characters', async () => {
    const id = await withTags('a.jpg', await jpeg(), { 'IPTC:City': 'Zürich', 'IPTC:Keywords': 'Öl' });
    expect(await tagsOf('a.jpg')).not.toHaveProperty('IPTC:CodedCharacterSet');
    library.catalog.captions.write(id, '日本');
    expect(await library.embed([id])).toMatchObject({ written: 1, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({
      'IPTC:City': 'Zürich',
      'IPTC:Keywords': 'Öl',
      'IPTC:Caption-Abstract': '日本',
    });
  });

  it('are cut off in IPTC where it has no room, and are whole elsewhere', async () => {
    const id = await withTags('a.jpg', await jpeg(), { 'IPTC:City': 'Bern' });
    const text = '日'.repeat(3000);
    library.catalog.captions.write(id, text);
    library.tag(id, 'x'.repeat(65), 'short');
    expect(await library.embed([id])).toMatchObject({ written: 1, failures: [] });
    const tags = await tagsOf('a.jpg');
    expect(tags['XMP-dc:Description'] === text).toBe(true);
    expect(tags['IPTC:Caption-Abstract'] === '日'.repeat(666)).toBe(true);
    expect(tags['IPTC:Keywords']).toBe('short');
  });
});

describe('a rating and a color label', () => {
  it('take the place of another program’s, also where a photo has nothing else, and theirs come back', async () => {
    const theirs = { 'XMP-xmp:Rating': '3', 'XMP-xmp:Label': 'To do ' };
    const id = await withTags('a.jpg', await jpeg(), { 'XMP-xmp:Rating': 3, 'XMP-xmp:Label': 'To do&#32;' });
    library.mark(id, { kind: 'rating', value: 5 });
    library.mark(id, { kind: 'label', value: 'green' });
    expect(await library.embed([id])).toEqual({ written: 1, kept: 0, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-xmp:Rating': '5', 'XMP-xmp:Label': 'Green' });
    library.mark(id, { kind: 'flag', value: 'reject' });
    library.mark(id, { kind: 'label', value: 'none' });
    await library.embed([id]);
    const rejected = await tagsOf('a.jpg');
    expect(rejected['XMP-xmp:Rating']).toBe('-1');
    expect(rejected).not.toHaveProperty('XMP-xmp:Label');
    library.mark(id, { kind: 'label', value: 'fromFile' });
    await library.embed([id]);
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-xmp:Rating': '-1', 'XMP-xmp:Label': theirs['XMP-xmp:Label'] });
    expect(await library.restore([id])).toEqual({ written: 1, kept: 0, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject(theirs);
    expect(library.catalog.embeddedText.among([id])).toEqual([]);
  });

  it('are not shown as what the file says, and stay as they are where tags are left out', async () => {
    const id = await library.add('a.jpg', await jpeg());
    library.mark(id, { kind: 'rating', value: 4 });
    await library.embed([id]);
    const without = { ...everything, included: { ...everything.included, tags: false } };
    library.mark(id, { kind: 'rating', value: 1 });
    library.catalog.captions.write(id, 'a boat');
    await library.embed([id], { filter: without });
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-xmp:Rating': '4', 'XMP-dc:Description': 'a boat' });
    const own = library.catalog.embeddedText.of(id);
    const tags = new Map(Object.entries(await tagsOf('a.jpg')));
    expect(withoutOwnTexts(tags, own).has('XMP-xmp:Rating')).toBe(false);
  });

  it('leave one alone that could not come back, and say so', async () => {
    const xmp = Buffer.from(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="good"/></rdf:RDF></x:xmpmeta>',
    );
    const id = await withTags('a.jpg', await jpeg(), {});
    await writeFile(library.at('a.xmp'), xmp);
    await exifTool.write(
      library.at('a.jpg'),
      {},
      { writeArgs: ['-overwrite_original', '-tagsFromFile', library.at('a.xmp'), '-xmp<xmp'] },
    );
    await library.scan();
    library.mark(id, { kind: 'rating', value: 4 });
    expect(await library.embed([id])).toEqual({ written: 0, kept: 1, failures: [] });
    expect(await tagsOf('a.jpg')).toMatchObject({ 'XMP-xmp:Rating': 'good' });
  });
});

describe('the catalog', () => {
  it('sees the same photo: no caption is stale, and a comparison with the disk changes nothing more', async () => {
    const id = await library.add('a.jpg', await jpeg());
    library.catalog.captions.write(id, 'a boat');
    await library.embed([id]);
    await library.scan();
    const photo = library.catalog.photos.get(id);
    expect(photo.revision).toBe(1);
    expect(photo.contentSha256).toBe(
      createHash('sha256')
        .update(await readFile(library.at('a.jpg')))
        .digest('hex'),
    );
    expect(await library.scan()).toMatchObject({ changed: 0, found: 0, missing: 0 });
  });

  it('sees it also when Vignette was ended between replacing the file and noting it', async () => {
    const id = await library.add('a.jpg', await jpeg());
    library.catalog.captions.write(id, 'a boat');
    const { setMetadata } = library.catalog.places;
    library.catalog.places.setMetadata = () => {
      throw new Error('ended');
    };
    await expect(library.embed([id])).rejects.toThrow('ended');
    library.catalog.places.setMetadata = setMetadata;
    await library.scan();
    expect(library.catalog.photos.get(id).revision).toBe(1);
    expect(await library.restore([id])).toMatchObject({ written: 1, failures: [] });
    expect(await tagsOf('a.jpg')).not.toHaveProperty('XMP-dc:Description');
  });
});

describe('a file', () => {
  const codeOf = async (id: number) => {
    library.catalog.captions.write(id, 'a boat');
    const { failures, written } = await library.embed([id]);
    expect(written).toBe(0);
    return failures.map(({ code }) => code);
  };

  it.skipIf(process.platform === 'win32')('that is a link, or has another name, is left alone', async () => {
    const id = await library.add('a.jpg', await jpeg());
    await link(library.at('a.jpg'), library.at('b.dat'));
    await library.scan();
    expect(await codeOf(id)).toEqual(['EMBED_LINK']);
    const elsewhere = `${library.folder}/elsewhere.jpg`;
    await writeFile(elsewhere, await picture.clone().png().toBuffer());
    await symlink(elsewhere, library.at('c.png'));
    await library.scan();
    expect(await codeOf(library.idOf('c.png'))).toEqual(['EMBED_LINK']);
  });

  it('that is write-protected is left alone', async () => {
    const id = await library.add('a.jpg', await jpeg());
    await chmod(library.at('a.jpg'), 0o444);
    await library.scan();
    expect(await codeOf(id)).toEqual(['EMBED_READ_ONLY']);
  });

  it('of a camera’s raw format, or of one that cannot be checked afterwards, is left alone', async () => {
    expect(await codeOf(await library.add('a.dng', await picture.clone().tiff().toBuffer()))).toEqual(['EMBED_FORMAT']);
    const jp2 = await readFile('test/fixtures/images/jpeg2000/rgb.jp2');
    expect(await codeOf(await library.add('a.jp2', jp2))).toEqual(['EMBED_FORMAT']);
    expect(await readFile(library.at('a.jp2'))).toEqual(jp2);
  });

  it('that changed since it was last read is left alone', async () => {
    const id = await library.add('a.jpg', await jpeg());
    const other = await picture.clone().flop().jpeg().toBuffer();
    await writeFile(library.at('a.jpg'), other);
    expect(await codeOf(id)).toEqual(['EMBED_CHANGED']);
    expect(await readFile(library.at('a.jpg'))).toEqual(other);
  });

  it('that ExifTool refuses is left alone, and the others are written', async () => {
    const broken = Buffer.from((await jpeg()).subarray(0, 300));
    const id = await library.add('broken.jpg', broken);
    const good = await library.add('good.jpg', await jpeg());
    library.catalog.captions.write(id, 'a boat');
    library.catalog.captions.write(good, 'a boat');
    const { written, failures } = await library.embed([id, good]);
    expect([written, failures.map(({ file }) => path.basename(file))]).toEqual([1, ['broken.jpg']]);
    expect(await readFile(library.at('broken.jpg'))).toEqual(broken);
  });

  it('is not written where there is nothing to say', async () => {
    const content = await jpeg();
    const id = await library.add('a.jpg', content);
    const none = { ...everything, included: { ...everything.included, captions: false } };
    expect(await library.embed([id], { filter: none })).toEqual({ written: 0, kept: 0, failures: [] });
    expect(await readFile(library.at('a.jpg'))).toEqual(content);
  });
});
