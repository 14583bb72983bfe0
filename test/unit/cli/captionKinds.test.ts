/** @file `vignette caption --write`: alt texts and long descriptions, each kept apart from captions. */
import { describe, expect, it } from 'vitest';
import { answerOf, CliDouble, interruptedAt, modelCalled } from './cliDouble.ts';

function modelsOfStyle(promptStyle: 'instruct' | 'blip-caption') {
  const { facts, ...model } = modelCalled('tiny');
  if (facts === undefined) throw new Error('the model has facts');
  return [{ ...model, facts: { ...facts, promptStyle } }];
}

async function withPhotos(...names: string[]): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files(...names);
  return cli;
}

const altText = ['caption', 'p', '--write', 'alt-text'];
const ann = (inner: string) =>
  `<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
  <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:iptc='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'>${inner}
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

describe('vignette caption --write', () => {
  it.each([
    ['alt-text', 'Describe the image in one sentence to somebody who cannot see it.', 96],
    ['long-description', 'describe the image in detail.', 256],
  ])('asks for a text of the kind %s, with room for it', async (kind, prompt, maxNewTokens) => {
    const cli = await withPhotos('a.jpg');
    const run = async (...args: string[]) =>
      (await cli.run(['caption', 'a.jpg', '--write', kind, ...args], { models: modelsOfStyle('instruct') }))
        .requests[0];
    expect(await run()).toMatchObject({ prompt, kind: 'question', settings: { maxNewTokens } });
    expect(await run('--max-new-tokens', '12')).toMatchObject({ prompt, settings: { maxNewTokens: 12 } });
    expect(await run('--prompt', 'a boat')).toMatchObject({ prompt: 'a boat', settings: { maxNewTokens } });
    expect(await run('--preset', 'story')).toMatchObject({ prompt: 'Write a short story about the image.' });
  });

  it('refuses a long description of a model that writes none, and a kind that is none, before a model is loaded', async () => {
    const cli = await withPhotos('a.jpg');
    const models = modelsOfStyle('blip-caption');
    const long = await cli.run(['caption', 'a.jpg', '--write', 'long-description'], { models });
    expect(long).toMatchObject({ code: 1, loads: [] });
    expect(long.err).toContain('The preset long-description asks too much of this model');
    const none = await cli.run(['caption', 'a.jpg', '--write', 'altText'], { models });
    expect(none).toMatchObject({ code: 2, loads: [] });
    expect(none.err).toContain('--write must be one of caption, alt-text, long-description, not "altText".');
  });

  it('keeps what it wrote apart from captions, goes on with its own, and names the run after it', async () => {
    const cli = await withPhotos('p/1.jpg', 'p/2.jpg');
    await cli.run(['caption', 'p', '--prompt', 'x']);
    const same = [...altText, '--prompt', 'x'];
    const first = await cli.run(same, { answer: interruptedAt('2.jpg') });
    expect(first.asked).toEqual(['1.jpg', '2.jpg']);
    expect(first.err).toContain('Interrupted: 1 of 2 photos done.');
    const second = await cli.run(same, { answer: () => answerOf('for the blind') });
    expect(second.asked).toEqual(['2.jpg']);
    expect(second.out).toContain('p/2.jpg\tfor the blind\n');
    const exported = await cli.run(['export', '--alt-text', '--format', 'jsonl']);
    expect(
      exported.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { text: 'a photo called 1.jpg', alt_text: 'a photo called 1.jpg' },
      { text: 'a photo called 2.jpg', alt_text: 'for the blind' },
    ]);
    expect((await cli.run(['runs', 'list'])).out).toContain('Write alt text for p');
  });

  it('says in JSON what kind of text it is', async () => {
    const cli = await withPhotos('p/1.jpg');
    const [line = ''] = (await cli.run([...altText, '--json'])).out.split('\n');
    const said = JSON.parse(line);
    expect(said).toMatchObject({ path: 'p/1.jpg', altText: 'a photo called 1.jpg', model: 'tiny' });
    expect(said).not.toHaveProperty('caption');
    const summary = await cli.run([...altText, '--json', '--format', 'csv', '--out', 'c.csv', '--again']);
    expect(JSON.parse(summary.out)).toMatchObject({ complete: true, textKind: 'altText', captioned: 1 });
    expect(summary.err).toContain('Alt text written for 1 photo. Written to');
  });

  it('puts it into the place that each format has for it, and nowhere else', async () => {
    const cli = await withPhotos('p/1.jpg');
    const run = async (format: string) => (await cli.run([...altText, '--format', format])).out;
    expect(JSON.parse(await run('jsonl'))).toEqual({
      file_name: '1.jpg',
      text: null,
      alt_text: 'a photo called 1.jpg',
    });
    expect(await run('csv')).toBe(
      'file_name,caption,width,height,model,prompt,alt_text\r\n1.jpg,,640,480,,,a photo called 1.jpg\r\n',
    );
    expect(JSON.parse(await run('json-full')).photos).toMatchObject([
      { captions: [], altTexts: [{ text: 'a photo called 1.jpg', source: 'model' }], longDescriptions: [] },
    ]);
  });

  it.each(['json', 'coco', 'txt', 'caption'])(
    'refuses the format %s, which would make a caption of it',
    async (format) => {
      const cli = await withPhotos('p/1.jpg');
      const result = await cli.run([...altText, '--format', format]);
      expect(result).toMatchObject({ code: 2, loads: [] });
      expect(result.err).toContain(
        `--format ${format} has no place for --write alt-text. Use one of: json-full, jsonl, csv, xmp.`,
      );
    },
  );

  it('is exported into text files by a template that names it', async () => {
    const cli = await withPhotos('p/1.jpg');
    await cli.run([...altText, '--format', 'jsonl'], { answer: () => answerOf('for the blind') });
    const args = ['export', '--format', 'txt', '--template', '{caption}[{alt_text}.][ {long_description}]'];
    expect((await cli.run([...args, '--preview', '5'])).out).toBe(`${cli.path('p', '1.txt')}\nfor the blind.\n`);
  });

  it('refuses a document whose name has no place for it', async () => {
    const cli = await withPhotos('p/1.jpg');
    expect(await cli.run([...altText, '--out', 'c.json'])).toMatchObject({ code: 2, loads: [] });
    expect((await cli.run([...altText, '--out', 'c.jsonl'])).code).toBe(0);
  });
});

describe('vignette caption --write with XMP sidecars', () => {
  const field = "<Iptc4xmpCore:AltTextAccessibility>\\s*<rdf:Alt>\\s*<rdf:li xml:lang='x-default'>";

  it('writes where screen readers look, beside a description of another person, and names nobody as its writer', async () => {
    const description =
      "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>by Ann</rdf:li></rdf:Alt></dc:description>";
    const cli = await withPhotos('p/1.jpg');
    await cli.files(['p/1.jpg.xmp', ann(description)]);
    const result = await cli.run([...altText, '--format', 'xmp']);
    expect(result.code).toBe(0);
    const xmp = await cli.read('p/1.jpg.xmp');
    expect(xmp).toMatch(new RegExp(`${field}a photo called 1.jpg</rdf:li>`));
    expect(xmp).toContain('by Ann');
    expect(xmp).not.toContain('CaptionWriter');
    const again = await cli.run([...altText, '--format', 'xmp', '--again'], { answer: () => answerOf('a newer one') });
    expect(again.err).toContain('Alt text written for 1 photo.');
    expect(await cli.read('p/1.jpg.xmp')).toMatch(new RegExp(`${field}a newer one</rdf:li>`));
  });

  it('leaves an alt text alone that is there, and does not ask the model for one', async () => {
    const theirs = ann(
      "<iptc:AltTextAccessibility><rdf:Alt><rdf:li xml:lang='x-default'>by Ann</rdf:li></rdf:Alt></iptc:AltTextAccessibility>",
    );
    const cli = await withPhotos('p/1.jpg');
    await cli.files(['p/1.jpg.xmp', theirs]);
    const result = await cli.run([...altText, '--format', 'xmp']);
    expect(result).toMatchObject({ code: 0, loads: [] });
    expect(result.err).toContain('Alt text written for 0 photos, 1 kept (text was there already).');
    expect(await cli.read('p/1.jpg.xmp')).toBe(theirs);
  });
});
