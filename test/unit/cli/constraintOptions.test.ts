/** @file The flags that say what an answer may be: what reaches the model, and what is refused in which words. */
import { describe, expect, it } from 'vitest';
import { answerOf, CliDouble } from './cliDouble.ts';

async function ask(flags: readonly string[], files: [string, string][] = []) {
  const cli = await CliDouble.create();
  await cli.files('a.jpg', ...files);
  return await cli.run(['ask', 'a.jpg', 'what?', ...flags]);
}

async function settingsOf(...flags: string[]) {
  const { requests, err } = await ask(flags);
  expect(err).not.toContain('vignette:');
  return requests[0]?.settings;
}

describe('the flags that say what an answer may be', () => {
  it('take stop strings as they stand, one a flag', async () => {
    expect(await settingsOf('--stop', ' and,', '--stop', '\n')).toMatchObject({ stop: [' and,', '\n'] });
  });

  it('take forbidden words with commas between them, and more than once', async () => {
    expect(await settingsOf('--forbid', 'cat, dog', '--forbid', 'ice cream')).toMatchObject({
      forbid: ['cat', 'dog', 'ice cream'],
    });
  });

  it('end answers that repeat themselves, unless told not to', async () => {
    expect(await settingsOf()).toMatchObject({ stopOnLoop: true });
    expect(await settingsOf('--allow-loops')).toMatchObject({ stopOnLoop: false });
  });

  it('take choices', async () => {
    expect((await settingsOf('--choices', 'cat,dog, none'))?.choices).toEqual(['cat', 'dog', 'none']);
  });

  it('take tags with their details', async () => {
    expect((await settingsOf('--tags', 'boat,sea,sky'))?.tags).toEqual({
      vocabulary: ['boat', 'sea', 'sky'],
      min: 1,
      max: 10,
      required: [],
      excluded: [],
      synonyms: [
        { word: 'boats', tag: 'boat' },
        { word: 'seas', tag: 'sea' },
        { word: 'skies', tag: 'sky' },
      ],
    });
    const details = ['--min-tags', '0', '--max-tags', '2', '--require-tags', 'sky', '--exclude-tags', 'sea,tree'];
    expect((await settingsOf('--tags', 'boat,sea,sky', ...details, '--beams', '3', '--sample'))?.tags).toMatchObject({
      vocabulary: ['boat', 'sea', 'sky'],
      min: 0,
      max: 2,
      required: ['sky'],
      excluded: ['sea', 'tree'],
    });
  });

  it('let a model say a tag in small letters or in the other number, unless that is a tag of its own', async () => {
    expect((await settingsOf('--tags', 'Boat, boats,Sky'))?.tags).toMatchObject({
      vocabulary: ['Boat', 'boats', 'Sky'],
      synonyms: [
        { word: 'boat', tag: 'Boat' },
        { word: 'sky', tag: 'Sky' },
        { word: 'skies', tag: 'Sky' },
      ],
    });
  });

  it('take tags of a file in the folder of the command, one a line or with commas', async () => {
    const { requests } = await ask(
      ['--tags', '@my tags.txt'],
      [['my tags.txt', '\uFEFFboat\r\nsea, sky,\n\n tree \n']],
    );
    expect(requests[0]?.settings.tags?.vocabulary).toEqual(['boat', 'sea', 'sky', 'tree']);
  });

  it('show the choices with their probabilities in --json', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const choices = [
      { text: 'cat', probability: 0.75 },
      { text: 'dog', probability: 0.25 },
    ];
    const result = await cli.run(['ask', 'a.jpg', 'what?', '--choices', 'cat,dog', '--json'], {
      answer: () => answerOf('cat', { choices }),
    });
    expect(JSON.parse(result.out)).toMatchObject({ text: 'cat', choices });
  });

  it.each([
    [['--choices', 'cat'], '--choices: There must be at least two choices.'],
    [['--choices', 'cat,,dog'], '--choices: entry 2: It is empty.'],
    [['--choices', 'cat,dog,cat'], '--choices: The choice "cat" is there twice.'],
    [['--choices', 'a,b', '--tags', 'a,b'], '--tags cannot be used with --choices.'],
    [['--choices', 'a,b', '--beams', '5'], '--beams cannot be used with --choices.'],
    [['--choices', 'a,b', '--sample', '--seed', '1'], '--sample cannot be used with --choices.'],
    [['--choices', 'a,b', '--max-new-tokens', '5'], '--max-new-tokens cannot be used with --choices.'],
    [['--choices', 'a,b', '--no-repeat-ngram', '2'], '--no-repeat-ngram cannot be used with --choices.'],
    [['--choices', 'a,b', '--stop', 'x'], '--stop cannot be used with --choices.'],
    [['--tags', 'a,b', '--forbid', 'a'], '--forbid cannot be used with --tags.'],
    [['--tags', 'a,b', '--max-new-tokens', '5'], '--max-new-tokens cannot be used with --tags.'],
    [['--tags', 'a,b', '--allow-loops'], '--allow-loops cannot be used with --tags.'],
    [['--tags', ''], '--tags: entry 1: It is empty.'],
    [['--tags', '@nowhere.txt'], '--tags: the file nowhere.txt cannot be read: it does not exist.'],
    [['--tags', 'a,b', '--min-tags', 'two'], '--min-tags must be a whole number from 0 to 100, not "two".'],
    [['--tags', 'a,b', '--max-tags', '0'], '--max-tags must be a whole number from 1 to 100, not "0".'],
    [['--tags', 'a,b,c', '--min-tags', '3', '--max-tags', '2'], '--tags: At least 3 tags and at most 2 contradict'],
    [['--tags', 'a,b', '--require-tags', 'c'], '--tags: The required tag "c" is not in the vocabulary.'],
    [['--tags', 'a,b', '--require-tags', 'a', '--exclude-tags', 'a'], 'The tag "a" is both required and excluded.'],
    [['--min-tags', '2'], '--min-tags requires --tags.'],
    [['--exclude-tags', 'a'], '--exclude-tags requires --tags.'],
    [['--stop', ''], '--stop: entry 1: '],
    [['--forbid', 'a,'], '--forbid: entry 2: It is empty.'],
  ])('%j are bad usage', async (flags, sentence) => {
    const result = await ask(flags);
    expect(result.code).toBe(2);
    expect(result.err).toContain(sentence);
    expect(result.asked).toEqual([]);
  });

  it('exclude candidates where the answer is one of choices', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['caption', 'a.jpg', '--choices', 'a,b', '--candidates', '3']);
    expect(result.code).toBe(2);
    expect(result.err).toContain('--candidates cannot be used with --choices.');
  });
});
