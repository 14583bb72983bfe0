/** @file `vignette ask` with a fake model. */
import { describe, expect, it } from 'vitest';
import { RemoteError, serializeError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { answerOf, CliDouble, type FakeAnswer, modelCalled } from './cliDouble.ts';

const streaming: FakeAnswer = (_, { onText }) => {
  for (const delta of [' Two', ' boats', '.', ' ']) {
    onText(delta);
  }
  return answerOf('Two boats.');
};

describe('vignette ask', () => {
  it('prints the answer and asks what was asked, as it stands', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['ask', 'a.jpg', ' How many boats? ', '--beams', '3'], { answer: streaming });
    expect(result).toMatchObject({ code: 0, out: 'Two boats.\n' });
    expect(result.requests[0]).toMatchObject({
      image: cli.path('a.jpg'),
      prompt: ' How many boats? ',
      settings: { numBeams: 3 },
    });
  });

  it('streams to a terminal and shows the answer once', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['ask', 'a.jpg', 'what?'], { answer: streaming, tty: true });
    expect(result.out.replace(/\s+$/, '')).toBe('Two boats.');
  });

  it('shows on a terminal an answer that came whole', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['ask', 'a.jpg', 'what?'], { answer: () => answerOf('Boats.'), tty: true });
    expect(result.out).toBe('Boats.\n');
  });

  it('prints the object of the documentation with --json', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const answer = () => answerOf('two', { score: -0.25 });
    const result = await cli.run(['ask', 'a.jpg', 'how many?', '--json'], { answer, tty: true });
    expect(JSON.parse(result.out)).toEqual({
      image: 'a.jpg',
      model: 'tiny',
      prompt: 'how many?',
      text: 'two',
      tokenIds: [0, 7, 1],
      score: -0.25,
      ms: { imageMs: 1, visionMs: 2, qformerMs: 3, prefillMs: 4, decodeMs: 5, totalMs: 15 },
    });
    const greedy = await cli.run(['ask', 'a.jpg', 'how many?', '--json']);
    expect(JSON.parse(greedy.out)).not.toHaveProperty('score');
    const { facts } = modelCalled('tiny');
    if (facts === undefined) throw new Error('it says nothing about itself');
    const models = [modelCalled('tiny', { facts: { ...facts, revision: '1a2b3c4d' } })];
    const known = await cli.run(['ask', 'a.jpg', 'how many?', '--json'], { models });
    expect(JSON.parse(known.out)).toMatchObject({ model: 'tiny', revision: '1a2b3c4d' });
  });

  it('keeps control characters of an answer off the terminal', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const answer = () => answerOf('one\ntwo\u001b[31m');
    expect((await cli.run(['ask', 'a.jpg', 'what?'], { answer })).out).toBe('one\ntwo\\u001b[31m\n');
  });

  it('fails before it loads the model when there is no such photo', async () => {
    const cli = await CliDouble.create();
    const result = await cli.run(['ask', 'nowhere.jpg', 'what?']);
    expect(result).toMatchObject({ code: 1, out: '', loads: [] });
    expect(result.err).toContain('vignette: nowhere.jpg cannot be read: it does not exist.');
  });

  it('fails with the reason when the photo cannot be opened', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const answer = () => {
      throw new RemoteError(serializeError(new ImageError('IMAGE_EMPTY', 'This file is empty.')));
    };
    const result = await cli.run(['ask', 'a.jpg', 'what?'], { answer });
    expect(result).toMatchObject({ code: 1, out: '', err: 'vignette: This file is empty.\n' });
  });

  it('exits with 130 when it is interrupted', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const answer: FakeAnswer = (_, { interrupt }) => {
      interrupt();
      throw new Error('aborted');
    };
    expect((await cli.run(['ask', 'a.jpg', 'what?'], { answer })).code).toBe(130);
  });
});
