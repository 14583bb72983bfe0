/** @file `vignette caption` with sidecars: one file a photo, and nobody's text lost. */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { answerOf, CliDouble, type FakeAnswer, interruptedAt, nameAnswer } from './cliDouble.ts';

describe.each(['txt', 'caption'])('.%s sidecars', (format) => {
  const command = ['caption', 'p', '--format', format];

  it('lie beside the photos and hold the caption', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/x/b.png');
    const result = await cli.run(command);
    expect(result.code).toBe(0);
    expect(await cli.read(`p/a.${format}`)).toBe('a photo called a.jpg\n');
    expect(await readdir(cli.path('p', 'x'))).toEqual(['b.png', `b.${format}`].sort());
    expect(result.err).toContain('2 photos captioned. Written to sidecars beside the photos.');
  });

  it('lie in a folder of the same shape with --out', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/x/b.png');
    await cli.run([...command, '--out', 'deep/out']);
    expect(await readdir(cli.path('deep', 'out'), { recursive: true })).toEqual([`a.${format}`, 'x', `x/b.${format}`]);
    expect(await readdir(cli.path('p'), { recursive: true })).toEqual(['a.jpg', 'x', 'x/b.png']);
  });

  it('never replace text that is there, and the model is not asked about such a photo', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', [`p/a.${format}`, 'written by hand'], 'p/b.jpg');
    const result = await cli.run(command);
    expect(result.code).toBe(0);
    expect(result.asked).toEqual(['b.jpg']);
    expect(await cli.read(`p/a.${format}`)).toBe('written by hand');
    expect(result.err).toContain('1 photo captioned, 1 kept (text was there already).');
  });

  it('fill a file that holds nothing but white space', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', [`p/a.${format}`, ' \n']);
    await cli.run(command);
    expect(await cli.read(`p/a.${format}`)).toBe('a photo called a.jpg\n');
  });

  it('keep text that appeared while the model was working', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    const answer: FakeAnswer = async (request, tools) => {
      await writeFile(cli.path('p', `a.${format}`), 'quicker');
      return await nameAnswer(request, tools);
    };
    const result = await cli.run(command, { answer });
    expect(await cli.read(`p/a.${format}`)).toBe('quicker');
    expect(result.err).toContain('0 photos captioned, 1 kept');
  });

  it('have longer names where two photos would share one', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/a.png', 'p/c.jpg');
    await cli.run(command);
    const sidecars = (await readdir(cli.path('p'))).filter((name) => name.endsWith(format));
    expect(sidecars).toEqual(['a.jpg', 'a.png', 'c'].map((name) => `${name}.${format}`));
  });

  it.skipIf(process.platform !== 'linux')(
    'have the names that training scripts look for where the disk tells A.JPG from a.jpg (as on Linux)',
    async () => {
      const cli = await CliDouble.create();
      await cli.files('p/a.jpg', 'p/A.JPG', 'p/B.jpg', 'p/b.png');
      await cli.run(command);
      const sidecars = (await readdir(cli.path('p'))).filter((name) => name.endsWith(format));
      expect(sidecars).toEqual(['A', 'B', 'a', 'b'].map((name) => `${name}.${format}`));
    },
  );

  it('are there already in another case of the extension', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', [`p/a.${format.toUpperCase()}`, 'written by hand']);
    const result = await cli.run(command);
    expect(result.asked).toEqual([]);
    expect(await readdir(cli.path('p'))).toEqual([`a.${format.toUpperCase()}`, 'a.jpg']);
  });

  it('hold no control characters, at which programs end a text', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    await cli.run(command, { answer: () => answerOf('a \u0000boat\u0007 on the\tsea') });
    expect(await cli.read(`p/a.${format}`)).toBe('a boat on the\tsea\n');
    expect((await cli.run(command)).err).toContain('0 photos captioned, 1 already done.');
  });

  it('are written as soon as each photo is done, and a repeated call does the rest', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    const first = await cli.run(command, { answer: interruptedAt('2.jpg') });
    expect(first.code).toBe(130);
    expect(await cli.read(`p/1.${format}`)).toBe('a photo called 1.jpg\n');
    const second = await cli.run(command);
    expect(second.asked).toEqual(['2.jpg', '3.jpg']);
    expect(second.err).toContain('2 photos captioned, 1 already done.');
  });

  it('leave an edit alone that was made while the run was interrupted', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    await cli.run(command, { answer: interruptedAt('2.jpg') });
    await cli.files([`p/1.${format}`, 'better words']);
    await cli.run(command);
    expect(await cli.read(`p/1.${format}`)).toBe('better words');
  });

  it('are renewed when their photo changed while the run was interrupted', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    await cli.run(command, { answer: interruptedAt('2.jpg') });
    await cli.files(['p/1.jpg', 'another picture']);
    await cli.run(command, { answer: () => answerOf('something new') });
    expect(await cli.read(`p/1.${format}`)).toBe('something new\n');
  });

  it('are reported for their photo when they cannot be written', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg');
    await mkdir(cli.path('p', `a.${format}`));
    const result = await cli.run(command);
    expect(result.code).toBe(3);
    expect(result.err).toContain('Failed: p/a.jpg: Its sidecar');
    expect(result.err).toContain('it is a folder');
    expect(result.asked).toEqual(['b.jpg']);
  });
});

describe('sidecars that cannot be written anywhere', () => {
  it('are found out before the model is loaded', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'file');
    const result = await cli.run(['caption', 'p', '--format', 'txt', '--out', 'file']);
    expect(result.code).toBe(1);
    expect(result.loads).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)(
    'are found out beside photos too (not as root, who may write anywhere)',
    async () => {
      const cli = await CliDouble.create();
      await cli.files('p/a.jpg');
      await chmod(cli.path('p'), 0o555);
      const result = await cli.run(['caption', 'p', '--format', 'txt']);
      await chmod(cli.path('p'), 0o755);
      expect(result.code).toBe(1);
      expect(result.loads).toEqual([]);
    },
  );
});

describe('.xmp sidecars', () => {
  const command = ['caption', 'p', '--format', 'xmp'];
  const rdf = (inner: string) =>
    `<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:mine='http://example.org/mine/'>${inner}
    </rdf:Description></rdf:RDF></x:xmpmeta>`;

  it('hold the caption in both places where programs look, and are named after the whole file name', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    const result = await cli.run(command, { answer: () => answerOf('a "dog" & <cat>\nby the sea, 海') });
    expect(result.code).toBe(0);
    const xmp = await cli.read('p/a.jpg.xmp');
    const text = 'a &quot;dog&quot; &amp; &lt;cat&gt;\nby the sea, 海';
    expect(xmp).toMatch(new RegExp(`<dc:description>\\s*<rdf:Alt>\\s*<rdf:li xml:lang='x-default'>${text}</rdf:li>`));
    expect(xmp).toMatch(
      new RegExp(`<tiff:ImageDescription>\\s*<rdf:Alt>\\s*<rdf:li xml:lang='x-default'>${text}</rdf:li>`),
    );
    expect(await readdir(cli.path('p'))).toEqual(['a.jpg', 'a.jpg.xmp']);
  });

  it('are merged: what other programs keep there survives', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', [
      'p/a.jpg.xmp',
      rdf('<mine:secret>42</mine:secret><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>'),
    ]);
    await cli.run(command);
    const xmp = await cli.read('p/a.jpg.xmp');
    expect(xmp).toContain('<mine:secret>42</mine:secret>');
    expect(xmp).toContain('<rdf:li>Ann</rdf:li>');
    expect(xmp).toContain('a photo called a.jpg');
  });

  it.each([
    [
      'a description',
      "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>by Ann</rdf:li></rdf:Alt></dc:description>",
    ],
    [
      'one in another language',
      "<dc:description><rdf:Alt><rdf:li xml:lang='de'>von Ann</rdf:li></rdf:Alt></dc:description>",
    ],
    [
      'an image description',
      "<tiff:ImageDescription xmlns:tiff='http://ns.adobe.com/tiff/1.0/'><rdf:Alt><rdf:li xml:lang='x-default'>by Ann</rdf:li></rdf:Alt></tiff:ImageDescription>",
    ],
  ])('are left alone when they have %s', async (_, inner) => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', ['p/a.jpg.xmp', rdf(inner)]);
    const result = await cli.run(command);
    expect(await cli.read('p/a.jpg.xmp')).toBe(rdf(inner));
    expect(result.err).toContain('0 photos captioned, 1 kept');
    expect(result.loads).toEqual([]);
  });

  it.each([
    ['no XMP', 'something else'],
    ['cut off', rdf('<mine:secret>42</mine:secret>').slice(0, 250)],
  ])('are left alone and reported when they are %s', async (_, content) => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', ['p/a.jpg.xmp', content], 'p/b.jpg');
    const result = await cli.run(command);
    expect(result.code).toBe(3);
    expect(result.err).toContain('is not valid XMP; it was left alone.');
    expect(await cli.read('p/a.jpg.xmp')).toBe(content);
    expect(result.asked).toEqual(['b.jpg']);
  });

  it('are done by a repeated call where the first was interrupted, also when a sidecar was lost', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    await cli.run([...command, '--out', 'out'], { answer: interruptedAt('2.jpg') });
    const second = await cli.run([...command, '--out', 'out']);
    expect(second.asked).toEqual(['2.jpg']);
    expect(await readdir(cli.path('out'))).toEqual(['1.jpg.xmp', '2.jpg.xmp']);
    await rm(cli.path('out', '1.jpg.xmp'));
    expect((await cli.run([...command, '--out', 'out'])).asked).toEqual([]);
    expect(await readdir(cli.path('out'))).toEqual(['1.jpg.xmp', '2.jpg.xmp']);
  });
});
