/** @file Presets, conversations and variables on the command line, with a fake model. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PromptStyle } from '../../../native-models/prompting/promptRequest.ts';
import { answerOf, CliDouble, type CliDoubleOptions, type FakeAnswer, modelCalled } from './cliDouble.ts';

function models(promptStyle: PromptStyle) {
  const { facts, ...model } = modelCalled('tiny');
  if (facts === undefined) throw new Error('the model has facts');
  return [{ ...model, facts: { ...facts, promptStyle } }];
}

async function withPhotos(...names: string[]): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files(...names);
  return cli;
}

const cut = { code: 'PROMPT_CUT' as const, message: 'A part was cut off.' };

describe('vignette ask', () => {
  it('hands the question on as a question, with the conversation before it', async () => {
    const cli = await withPhotos('a.jpg');
    const history = [{ question: 'what is it?', answer: 'a boat' }];
    await cli.files(['talk.json', JSON.stringify(history)]);
    const { requests } = await cli.run(['ask', 'a.jpg', 'which color?', '--history', 'talk.json']);
    expect(requests[0]).toMatchObject({ prompt: 'which color?', kind: 'question', history });
  });

  it.each([
    ['nowhere.json', 'nowhere.json cannot be read: it does not exist.'],
    ['broken.json', 'broken.json cannot be read: it is not JSON.'],
    ['folder', 'folder cannot be read: it is a folder.'],
    ['other.json', 'other.json is not a list of {"question": "…", "answer": "…"}.'],
  ])('refuses a conversation that is none: %s', async (file, sentence) => {
    const cli = await withPhotos('a.jpg');
    await cli.files(['broken.json', '['], ['other.json', '[["what?", "a boat"]]'], ['folder/inner', '']);
    const result = await cli.run(['ask', 'a.jpg', 'what?', '--history', file]);
    expect(result).toMatchObject({ code: 2, loads: [] });
    expect(result.err).toContain(sentence);
  });

  it('gives raw text as it stands, empty text too', async () => {
    const cli = await withPhotos('a.jpg');
    for (const text of ['a photo of', '']) {
      const { requests } = await cli.run(['ask', 'a.jpg', text, '--raw'], { models: models('blip-caption') });
      expect(requests[0]).toMatchObject({ prompt: text, kind: 'text', history: [] });
    }
    expect((await cli.run(['ask', 'a.jpg', 'x', '--raw', '--history', 'h.json'])).code).toBe(2);
  });

  it('says before it loads a captioner that this one answers no questions', async () => {
    const cli = await withPhotos('a.jpg');
    const result = await cli.run(['ask', 'a.jpg', 'how many?'], { models: models('blip-caption') });
    expect(result).toMatchObject({ code: 1, loads: [], requests: [] });
    expect(result.err).toContain('answers no questions');
  });

  it('asks what a preset asks, in the words for the model', async () => {
    const cli = await withPhotos('a.jpg');
    const asked = async (style: PromptStyle, ...args: string[]) =>
      (await cli.run(['ask', 'a.jpg', ...args], { models: models(style) })).requests[0];
    expect(await asked('instruct', '--preset', 'detailed')).toMatchObject({
      prompt: 'describe the image in detail.',
      kind: 'question',
    });
    expect(await asked('blip-vqa', 'red {boat}s', '--preset', 'how-many')).toMatchObject({
      prompt: 'how many red {boat}s are there?',
      kind: 'question',
    });
    expect(await asked('blip-vqa', 'dog, car', '--preset', 'is-next-to')).toMatchObject({
      prompt: 'is there a dog next to the car?',
    });
    expect(await asked('blip2', 'how many?', '--preset', 'short-answer')).toMatchObject({
      prompt: 'Question: how many? Short answer:',
      kind: 'text',
    });
  });

  it.each([
    [['--preset', 'short-answer'], 2, 'The preset short-answer requires a question.'],
    [['--preset', 'how-many'], 2, 'The preset how-many has a blank'],
    [['dog', '--preset', 'is-next-to'], 2, 'has 2 blanks: give what goes there in place of the question'],
    [['what?', '--preset', 'story'], 2, 'The preset story already contains a question'],
    [['--preset', 'poem'], 1, 'There is no preset called poem.'],
  ])('refuses %j', async (args, code, sentence) => {
    const cli = await withPhotos('a.jpg');
    const result = await cli.run(['ask', 'a.jpg', ...args]);
    expect(result).toMatchObject({ code, loads: [] });
    expect(result.err).toContain(sentence);
  });

  it('tells the text that the model was given, and what became of it, on both streams', async () => {
    const cli = await withPhotos('a.jpg');
    const answer = () => answerOf('two', { prompt: 'Question: how many? Answer:', warnings: [cut] });
    const result = await cli.run(['ask', 'a.jpg', 'how many?', '--json'], { answer });
    expect(JSON.parse(result.out)).toMatchObject({ prompt: 'Question: how many? Answer:', warnings: [cut] });
    expect(result.err).toContain('A part was cut off.\n');
  });
});

describe('vignette caption', () => {
  it.each([
    ['instruct', 'a photo of', 'text'],
    ['blip2', 'a photo of', 'text'],
    ['blip-caption', 'a photo of', 'text'],
    ['blip-vqa', 'what is in the picture?', 'question'],
  ] as const)('asks a model of style %s for "%s" unless told otherwise', async (style, prompt, kind) => {
    const cli = await withPhotos('a.jpg');
    const { requests } = await cli.run(['caption', 'a.jpg'], { models: models(style) });
    expect(requests[0]).toMatchObject({ prompt });
    expect(requests[0]?.kind ?? 'text').toBe(kind);
  });

  it('fills in what it knows of each photo, and tells that prompt in every format that has a place for it', async () => {
    const cli = await withPhotos('Coast/a.jpg', 'Town/b.jpg');
    const run = (...args: string[]) =>
      cli.run(['caption', 'Coast', 'Town', '--prompt', 'a photo of {folder} with', ...args]);
    expect((await run()).requests.map(({ prompt }) => prompt)).toEqual([
      'a photo of Coast with',
      'a photo of Town with',
    ]);
    expect((await run('--json')).out).toContain('"prompt":"a photo of Coast with"');
    expect((await run('--format', 'csv')).out).toContain('tiny,a photo of Town with\r\n');
    expect((await run('--format', 'json-full')).out).toContain('"instruction": "a photo of Town with"');
  });

  it('goes on with a run of the same template, and anew with another', async () => {
    const cli = await withPhotos('p/1.jpg', 'p/2.jpg');
    const run = (prompt: string, stopAt?: string) =>
      cli.run(['caption', 'p', '--out', 'c.json', '--prompt', prompt], {
        answer: (request, { interrupt }) => {
          if (stopAt !== undefined && request.image.endsWith(stopAt)) {
            interrupt();
            throw new Error('stopped');
          }
          return answerOf(`asked ${request.prompt}`);
        },
      });
    expect((await run('{file} in {folder}', '2.jpg')).code).toBe(130);
    expect((await run('{file} in {folder}')).asked).toEqual(['2.jpg']);
    expect((await run('{file} of {folder}', '2.jpg')).asked).toEqual(['1.jpg', '2.jpg']);
    expect((await run('{file} in {folder}')).asked).toEqual([]);
  });

  it('keeps text and question of equal words apart', async () => {
    const cli = await withPhotos('p/1.jpg', 'p/2.jpg');
    await cli.run(['presets', 'save', 'asked', 'a photo of', '--question']);
    const stopped = await cli.run(['caption', 'p', '--out', 'c.json', '--preset', 'asked'], {
      answer: (request, { interrupt }) => {
        if (request.image.endsWith('2.jpg')) {
          interrupt();
          throw new Error('stopped');
        }
        return answerOf('a boat');
      },
    });
    expect(stopped.requests[0]).toMatchObject({ kind: 'question' });
    expect((await cli.run(['caption', 'p', '--out', 'c.json', '--prompt', 'a photo of'])).asked).toHaveLength(2);
  });

  it('keeps how a text ended that the model did not end, and says nothing of others', async () => {
    const cli = await withPhotos('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    const ends = { '1.jpg': 'length', '2.jpg': 'loop', '3.jpg': 'stop' } as const;
    const answer: FakeAnswer = ({ image }) =>
      answerOf('a boat and', { warnings: [cut], finish: ends[path.basename(image) as keyof typeof ends] });
    const codes = async (options: CliDoubleOptions) =>
      (await cli.run(['caption', 'p', '--json'], options)).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).warnings.map(({ code }: { code: string }) => code));
    const expected = [['PROMPT_CUT', 'ANSWER_CUT'], ['PROMPT_CUT', 'ANSWER_LOOPED'], ['PROMPT_CUT']];
    expect(await codes({ answer })).toEqual(expected);
    expect(await codes({})).toEqual(expected);
    const asked = await cli.run(['ask', 'p/1.jpg', 'what?', '--json'], { answer });
    expect(JSON.parse(asked.out).warnings).toMatchObject([{ code: 'PROMPT_CUT' }, { code: 'ANSWER_CUT' }]);
    expect(asked.err).toContain('The text reached its maximum length and was cut off.\n');
  });

  it('says a warning once for all photos, and with each in JSON', async () => {
    const cli = await withPhotos('p/1.jpg', 'p/2.jpg');
    const answer = () => answerOf('a boat', { warnings: [cut] });
    const { out, err } = await cli.run(['caption', 'p', '--json'], { answer });
    expect(err.split('A part was cut off.')).toHaveLength(2);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).warnings),
    ).toEqual([[cut], [cut]]);
  });

  it.each([
    [['--prompt', 'in {weather}'], 1, 'unknown variable {weather}'],
    [['--prompt', 'a', '--preset', 'story'], 2, '--prompt and --preset exclude each other.'],
    [['--preset', 'short-answer'], 2, 'Use it with vignette ask'],
    [['--preset', 'how-many'], 1, 'The preset how-many is a question, to be used when you ask.'],
    [['--prompt', 'for {question}'], 1, 'unknown variable {question}'],
  ])('refuses %j before it loads the model', async (args, code, sentence) => {
    const cli = await withPhotos('a.jpg');
    const result = await cli.run(['caption', 'a.jpg', ...args]);
    expect(result).toMatchObject({ code, loads: [] });
    expect(result.err).toContain(sentence);
  });
});

describe('vignette presets', () => {
  it('saves, lists, shows, uses and removes', async () => {
    const cli = await withPhotos('a.jpg');
    await cli.run([
      'presets',
      'save',
      'cats',
      'how many cats are in {folder}?',
      '--question',
      '--about',
      'counts cats',
      '--for',
      'alt-text',
    ]);
    const list = await cli.run(['presets', 'list']);
    expect(list.out).toMatch(/^cats +yours +counts cats$/m);
    expect(list.out).toMatch(/^story +a short story about the photo$/m);
    expect((await cli.run(['presets', 'show', 'cats'])).out).toMatch(/^BLIP-2 +how many cats are in \{folder\}\?$/m);
    const shown = await cli.run(['presets', 'show', 'cats', '--json']);
    expect(JSON.parse(shown.out)).toMatchObject({ name: 'cats', writes: 'altText', own: true });
    const { requests } = await cli.run(['ask', 'a.jpg', '--preset', 'cats']);
    expect(requests[0]?.prompt).toMatch(/^how many cats are in vignette-cli-/);
    expect((await cli.run(['presets', 'remove', 'cats'])).err).toBe('Removed cats.\n');
    expect((await cli.run(['presets', 'show', 'cats'])).code).toBe(1);
  });

  it('are refused when they could not be used', async () => {
    const cli = await CliDouble.create();
    const kind = await cli.run(['presets', 'save', 'here', 'in', '--for', 'altText']);
    expect(kind).toMatchObject({ code: 2, err: expect.stringContaining('--for must be one of caption, alt-text,') });
    const result = await cli.run(['presets', 'save', 'here', 'in {weather}']);
    expect(result.code).toBe(1);
    expect(result.err).toContain('unknown variable {weather}');
  });
});
