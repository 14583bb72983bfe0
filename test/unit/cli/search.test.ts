/** @file `vignette search`: photos by words and filters, and queries that cannot be understood. */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import { answerOf, CliDouble } from './cliDouble.ts';

async function library(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/beach.jpg', 'p/street.jpg', 'p/blank.jpg');
  const answer = ({ image }: { image: string }) =>
    answerOf(image.endsWith('beach.jpg') ? 'a dog runs on the beach' : 'a red car on a street');
  await cli.run(['caption', 'p/beach.jpg', 'p/street.jpg'], { answer });
  await cli.run(['library', 'add', 'p']);
  await cli.run(['library', 'scan']);
  return cli;
}

describe('vignette search', () => {
  it('finds photos by words in their captions and names, one a line', async () => {
    const cli = await library();
    const result = await cli.run(['search', 'dog', 'beach']);
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.out).toBe(`${cli.path('p', 'beach.jpg')}\ta dog runs on the beach\t[caption, name]\n`);
    expect((await cli.run(['search', 'name:blank*'])).out).toBe(`${cli.path('p', 'blank.jpg')}\t\n`);
  });

  it('says where the words stand, of alternatives, too, and not of words that photos are not to have', async () => {
    const cli = await library();
    const foundBy = async (query: string) =>
      JSON.parse((await cli.run(['search', query, '--json'])).out).map((photo: { foundBy: unknown }) => photo.foundBy);
    expect(await foundBy('beach')).toEqual([['caption', 'name']]);
    expect(await foundBy('dog OR street')).toEqual([['caption', 'name'], ['caption']]);
    expect(await foundBy('captioned:yes -dog')).toEqual([[]]);
  });

  it('finds nothing similar without a matching model, here as in a filter, and says why', async () => {
    const cli = await library();
    for (const args of [
      ['search', 'similar:1'],
      ['export', '--format', 'csv', '--filter', 'similar:1'],
      ['mark', 'similar:1', '--flag', 'pick'],
    ]) {
      const { code, err } = await cli.run(args);
      expect([code, err]).toEqual([2, expect.stringContaining('requires a matching model')]);
      expect(err).toContain('  similar:1\n  ^^^^^^^^^\n');
    }
  });

  it('takes filters, orders and limits, and says when there is more', async () => {
    const cli = await library();
    const found = async (...args: string[]) => {
      const { out } = await cli.run(['search', ...args, '--json']);
      return JSON.parse(out).map(({ path }: { path: string }) => path.split('/').at(-1));
    };
    expect(await found('captioned:no')).toEqual(['blank.jpg']);
    expect(await found('', '--order', 'name')).toEqual(['beach.jpg', 'blank.jpg', 'street.jpg']);
    expect(await found('', '--order', 'name', '--reverse')).toEqual(['street.jpg', 'blank.jpg', 'beach.jpg']);
    const limited = await cli.run(['search', '', '--order', 'name', '--limit', '2']);
    expect(limited.err).toContain('Showing 2 of 3 photos. Use --limit to show more.');
  });

  it('tells all about a photo as JSON', async () => {
    const cli = await library();
    const [photo] = JSON.parse((await cli.run(['search', 'dog', '--json'])).out);
    expect(photo).toMatchObject({
      path: cli.path('p', 'beach.jpg'),
      caption: 'a dog runs on the beach',
      source: 'model',
      model: 'tiny',
      stale: false,
      tags: [],
    });
  });

  it('tells as JSON what the photo’s file and its sidecar say, and where', async () => {
    const cli = await library();
    const [silent] = JSON.parse((await cli.run(['search', 'dog', '--json'])).out);
    expect(silent.fileInfo).toEqual(noFileInfo);
    const photo = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } });
    await writeFile(cli.path('p', 'boat.jpg'), await photo.jpeg().toBuffer());
    await cli.files([
      'p/boat.jpg.xmp',
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
        xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="A boat"/></rdf:RDF></x:xmpmeta>`,
    ]);
    await cli.run(['library', 'scan']);
    const [found] = JSON.parse((await cli.run(['search', 'rating:4', '--json'])).out);
    expect(found).toMatchObject({ path: cli.path('p', 'boat.jpg'), caption: null });
    const sidecar = 'boat.jpg.xmp';
    expect(found.fileInfo).toEqual({
      ...noFileInfo,
      texts: [{ kind: 'headline', text: 'A boat', property: 'XMP-photoshop:Headline', sidecar }],
      rating: { stars: 4, property: 'XMP-xmp:Rating', sidecar },
    });
  });

  it('completes a half-typed word, and says so', async () => {
    const cli = await library();
    const result = await cli.run(['search', 'dog', 'bea']);
    expect(result.out).toBe(`${cli.path('p', 'beach.jpg')}\ta dog runs on the beach\t[caption, name]\n`);
    expect(result.err).toBe('No exact match. Searched for: dog bea*\n');
    expect((await cli.run(['search', 'dog', 'running'])).err).toBe('');
    const filtered = await cli.run(['export', '--filter', 'bea', '--format', 'csv']);
    expect(filtered.out).not.toContain('beach');
  });

  it('says when nothing is found', async () => {
    const cli = await library();
    expect(await cli.run(['search', 'elephants'])).toMatchObject({ code: 0, out: '', err: 'No photos found.\n' });
  });

  it('points at what it does not understand, and suggests what may be meant', async () => {
    const cli = await library();
    const result = await cli.run(['search', 'dog tga:beach']);
    expect(result).toMatchObject({ code: 2, out: '' });
    const lines = result.err.split('\n');
    const query = lines.indexOf('  dog tga:beach');
    expect(query).toBeGreaterThan(0);
    expect(lines[query + 1]).toMatch(/^ {6}\^+$/);
    expect(result.err).toContain('There is no field tga. Did you mean tag:?');
    expect(result.err.match(/Did you mean/g)).toHaveLength(1);
    const { err } = await cli.run(['search', 'dog tga:beach'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(err).toContain('没有字段“tga”。是否想写“tag:”？');
    expect(err.match(/是否想写/g)).toHaveLength(1);
  });

  it('points at the right column behind wide characters', async () => {
    const cli = await library();
    const lines = (await cli.run(['search', '海边 tga:x'])).err.split('\n');
    expect(lines[lines.indexOf('  海边 tga:x') + 1]).toMatch(/^ {2} {5}\^+$/);
  });
});
