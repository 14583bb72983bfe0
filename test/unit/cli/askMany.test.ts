/** @file `vignette ask` about many photos: what is asked, stored, resumed, undone and written down. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { fullJsonSchema } from '../../../schemas/fullJson.ts';
import { answerOf, CliDouble, type FakeAnswer, interruptedAt } from './cliDouble.ts';

/** Names the photo and the question. */
const named: FakeAnswer = ({ image, prompt }) => answerOf(`${path.basename(image)}: ${prompt}`, { prompt });

async function photos(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/1.jpg', 'p/2.jpg', 'q/3.jpg');
  return cli;
}

const libraryOf = (cli: CliDouble) =>
  Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'test' });

const several = ['ask', 'p', 'q', '--question', 'How many?', '--question', 'is it day?'];

describe('vignette ask about many photos', () => {
  it('asks each of them the question at the end, prints the answers, and asks none of them again', async () => {
    const cli = await photos();
    const first = await cli.run(['ask', 'p', 'q/3.jpg', 'How many?'], { answer: named });
    expect(first).toMatchObject({ code: 0, asked: ['1.jpg', '2.jpg', '3.jpg'] });
    const lines = ['p/1.jpg\t1.jpg: How many?', 'p/2.jpg\t2.jpg: How many?', 'q/3.jpg\t3.jpg: How many?'];
    expect(first.out.split('\n').slice(0, -1)).toEqual(lines);
    expect(first.requests[0]).toMatchObject({ kind: 'question', settings: { stopOnLoop: true } });
    const second = await cli.run(['ask', 'p', 'q', 'how many'], { answer: named });
    expect(second).toMatchObject({ code: 0, asked: [], out: first.out });
    const again = await cli.run(['ask', 'p', 'how many?', '--again'], { answer: named });
    expect(again.asked).toEqual(['1.jpg', '2.jpg']);
    // One that is the same but for its question does not count as it.
    expect((await cli.run(['ask', 'p', 'where?'], { answer: named })).asked).toEqual(['1.jpg', '2.jpg']);
  });

  it('a folder with one question is asked in the library, a photo with one question is not', async () => {
    const cli = await photos();
    await cli.run(['ask', 'p/1.jpg', 'How many?'], { answer: named });
    expect((await cli.run(['ask', 'p', 'How many?'], { answer: named })).asked).toEqual(['1.jpg', '2.jpg']);
  });

  it('several questions are one run, kept as fields, which undo takes back', async () => {
    const cli = await photos();
    const flags = ['--field', 'day=yes-no', '--json'];
    const [command, p, q, , boats = '', , day = ''] = several;
    const kept = [command, p, q, '--question', boats, '--field', 'boats=number', '--question', day, ...flags];
    const result = await cli.run(kept.map(String), { answer: () => answerOf('yes') });
    expect(result.code).toBe(0);
    const answers = result.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toHaveLength(6);
    expect(answers[0]).toEqual({
      ...{ path: 'p/1.jpg', question: 'How many?', answer: 'yes', model: 'tiny' },
      prompt: expect.any(String),
    });
    {
      await using catalog = libraryOf(cli);
      expect(catalog.fields.all().map(({ name, type, questions }) => [name, type, questions.length])).toEqual([
        ['boats', 'number', 1],
        ['day', 'yesNo', 1],
      ]);
      expect(catalog.runs.list({})).toMatchObject([
        { kind: 'ask', state: 'done', total: 6, done: 6, description: { question: 'How many?', more: 1 } },
      ]);
      await catalog.undo.revert(catalog.runs.list({})[0]?.id ?? 0);
    }
    expect((await cli.run(several, { answer: named })).asked).toHaveLength(6);
  });

  it('lets each question have its own choices, or those of its field, and asks none again on the same terms', async () => {
    const cli = await photos();
    const text = ['--question', 'is there text?', '--field', 'text=yes-no'];
    const ask = (...flags: string[]) => cli.run(['ask', 'p/1.jpg', ...flags], { answer: named });
    const choicesOf = ({ requests }: Awaited<ReturnType<typeof ask>>) =>
      requests.map(({ settings }) => settings.choices);
    const season = ['--question', 'which season?', '--choices', 'winter,summer'];
    const first = await ask(...text, ...season, '--question', 'what does it say?');
    expect(first).toMatchObject({ code: 0 });
    expect(choicesOf(first)).toEqual([['yes', 'no'], ['winter', 'summer'], undefined]);
    // A document says of each answer what it was chosen from.
    const document = fullJsonSchema.parse(
      JSON.parse((await cli.run(['export', '--format', 'json-full', '--answers'])).out),
    );
    const chosenFrom = document.photos.flatMap(({ answers = [] }) =>
      answers.map(({ question, run }) => [question, document.runs[run ?? '']?.parameters?.choices]),
    );
    expect(chosenFrom).toEqual([
      ['is there text?', ['yes', 'no']],
      ['which season?', ['winter', 'summer']],
      ['what does it say?', undefined],
    ]);
    // In another order, in another run, with others: what is the same is not asked again.
    const rest = await ask('--question', 'what does it say?', ...season, '--question', 'is there text?');
    expect(choicesOf(rest)).toEqual([undefined]);
    expect(choicesOf(await ask('--choices', 'a,b', ...season, '--question', 'is it day?'))).toEqual([['a', 'b']]);
    expect(choicesOf(await ask('--question', 'which season?', '--choices', 'winter,spring'))).toEqual([
      ['winter', 'spring'],
    ]);
    await using catalog = libraryOf(cli);
    const run = catalog.runs.list({}).at(-1);
    expect(run).toMatchObject({ total: 3, done: 3, identity: { settings: { choices: ['yes', 'no'] } } });
    expect(
      catalog.questionTerms.of(run?.id ?? 0).map(({ question, settings }) => [question, settings.choices]),
    ).toEqual([
      ['which season?', ['winter', 'summer']],
      ['what does it say?', undefined],
    ]);
  });

  it('goes on after an interruption with the questions that are left', async () => {
    const cli = await photos();
    const stopped = await cli.run(several, { answer: interruptedAt('2.jpg') });
    expect(stopped).toMatchObject({ code: 130, asked: ['1.jpg', '1.jpg', '2.jpg'] });
    expect(stopped.err).toContain('Interrupted: 1 of 3 photos answered. Run the same command again to continue.');
    const rest = await cli.run([...several, '--out', 'a.csv'], { answer: named });
    expect(rest).toMatchObject({ code: 0, asked: ['2.jpg', '2.jpg', '3.jpg', '3.jpg'] });
    expect(rest.err).toContain('Questions about 2 photos answered, 1 already done. Written to');
    const [head = '', ...rows] = (await cli.read('a.csv')).trim().split('\n');
    expect(head).toContain('How many?');
    expect(rows).toHaveLength(3);
    await using catalog = libraryOf(cli);
    expect(catalog.runs.list({})).toMatchObject([{ kind: 'ask', state: 'done', total: 6 }]);
  });

  it('leaves a run alone that would ask more than this', async () => {
    const cli = await photos();
    await cli.run(several, { answer: interruptedAt('1.jpg') });
    expect((await cli.run(['ask', 'p', 'q', 'How many?'], { answer: named })).asked).toEqual([
      '1.jpg',
      '2.jpg',
      '3.jpg',
    ]);
  });

  it('names a photo that fails once, asks the others, and exits with 3', async () => {
    const cli = await photos();
    const answer: FakeAnswer = (request, tools) => {
      if (request.image.endsWith('2.jpg')) throw new Error('unreadable');
      return named(request, tools);
    };
    const { code, err, out } = await cli.run(several, { answer });
    expect(code).toBe(3);
    expect(err.match(/2\.jpg/g)).toHaveLength(2);
    expect(out.trim().split('\n')).toHaveLength(4);
  });

  it('tries a sample first, says what all of them cost and how to go on', async () => {
    const cli = await photos();
    const { code, err, out } = await cli.run(['ask', 'p', 'q', 'How many?', '--try'], { answer: named });
    expect(code).toBe(0);
    expect(err).toContain('3 photos');
    expect(out.trim().split('\n')).toHaveLength(3);
  });

  it('writes what the format has a place for, and nothing else', async () => {
    const cli = await photos();
    const lines = await cli.run(['ask', 'p', 'How many?', '--format', 'jsonl'], { answer: named });
    expect(
      lines.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toHaveLength(2);
    const { code, err } = await cli.run(['ask', 'p', 'How many?', '--format', 'coco'], { answer: named });
    expect([code, err]).toEqual([2, expect.stringContaining('--format must be one of csv, jsonl, json-full')]);
  });

  it.each([
    [['p/1.jpg', 'q/3.jpg'], 'q/3.jpg is a photo. The question comes last'],
    [['p', 'q', 'what?', '--preset', 'short-answer'], '--preset is for one question about one photo.'],
    [['p', '--question', 'what?', '--raw'], '--raw is for one question about one photo.'],
    [['p', '--field', 'boats'], 'There is no question after "p".'],
    [['p', 'where is it?', '--question', 'How many?'], 'There is no photo "where is it?".'],
    [['p', 'q', ' '], 'The question is empty.'],
    [['p', 'is there a ___?', '--again'], 'has a blank'],
    [['p', 'what?', '--field', 'a', '--field', 'b'], '--field is there twice for "what?".'],
    [['p', '--field', 'a', '--question', 'a?', '--question', 'b?'], 'Give --field after the --question'],
    [['p', '--question', 'a?', '--choices', 'x', '--question', 'b?'], '--choices: There must be at least two'],
    [['p', '--question', 'a?', '--choices', 'x,y', '--beams', '2'], '--beams'],
    [['p', 'what?', '--field', 'a=colour'], '--field must be one of yes-no, number, list, text, not "colour".'],
    [['p', 'what?', '--try', '--again'], '--try and --again exclude each other.'],
    [['p', 'what?', '--bom', '--format', 'jsonl'], '--bom is for CSV only.'],
  ])('%j is bad usage', async (args, sentence) => {
    const cli = await photos();
    const result = await cli.run(['ask', ...args]);
    expect(result.err).toContain(sentence);
    expect(result).toMatchObject({ code: 2, out: '', loads: [] });
  });
});
