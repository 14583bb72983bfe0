/** @file What `vignette` says to command lines that make no sense, and which it takes. */
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { CliDouble } from './cliDouble.ts';

async function caption(...flags: string[]) {
  const cli = await CliDouble.create();
  await cli.files('a.jpg');
  return await cli.run(['caption', 'a.jpg', ...flags]);
}

describe('vignette', () => {
  it.each([
    [[], 'Usage: vignette'],
    [['exports'], "unknown command 'exports'"],
    [['models'], 'Usage: vignette models'],
    [['caption'], "missing required argument 'PATH'"],
    [['ask', 'a.jpg'], 'There is no question after "a.jpg". Name the photo first'],
    [['score', 'a.jpg', 'one', 'two'], 'too many arguments'],
    [['caption', 'a.jpg', '--colour', 'red'], "unknown option '--colour'"],
    [['caption', 'a.jpg', '--out'], 'argument missing'],
    [['caption', ''], 'is empty'],
    [['ask', 'a.jpg', '  '], 'The question is empty.'],
    [['caption', 'a.jpg', '--library', ''], '--library requires a folder.'],
    [['models', 'import', 'x', '--precision', 'fp8'], '--precision must be one of auto, fp32, not "fp8".'],
    [['search', 'dogs', '--order', 'size of dog'], '--order must be one of taken, added,'],
    [['search', 'dogs', '--limit', '0'], '--limit must be a whole number of at least 1, not "0".'],
    [['runs', 'undo', 'last'], 'Enter the number of a run'],
    [['library', 'add', ''], 'A folder name is empty.'],
    [['serve', '--allow-host', '*.example'], '--allow-host requires a name without port or path'],
    [['serve', '--allow-host', 'a.example:80'], 'not "a.example:80"'],
    [['serve', '--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000".'],
  ])('%j is bad usage', async (args, sentence) => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(args);
    expect(result.code).toBe(2);
    expect(result.err).toContain(sentence);
    expect(result.out).toBe('');
    expect(result.loads).toEqual([]);
  });

  it('tells its version', async () => {
    const cli = await CliDouble.create();
    expect(await cli.run(['--version'])).toMatchObject({ code: 0, out: `${packageJson.version}\n` });
  });

  it('explains every command on stdout', async () => {
    const cli = await CliDouble.create();
    for (const command of [[], ['caption'], ['ask'], ['serve'], ['models'], ['library'], ['runs'], ['search']]) {
      const { code, out } = await cli.run([...command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: ${['vignette', ...command].join(' ')}`);
    }
    for (const command of ['list', 'import', 'verify', 'remove']) {
      const { out } = await cli.run(['models', command, '--help']);
      expect(out).toContain('--library <DIR>');
      expect(out).toContain('--json');
    }
  });
});

describe('generation flags', () => {
  it('reach the model under their names', async () => {
    const { requests } = await caption(
      ...['--beams', '4', '--max-new-tokens', '30', '--min-new-tokens', '5', '--length-penalty', '-1'],
      ...['--repetition-penalty', '1.5', '--no-repeat-ngram', '3', '--sample', '--temperature', '0.7'],
      ...['--top-p', '.9', '--top-k', '50', '--seed', '42'],
    );
    expect(requests[0]?.settings).toEqual({
      numBeams: 4,
      maxNewTokens: 30,
      minNewTokens: 5,
      lengthPenalty: -1,
      repetitionPenalty: 1.5,
      noRepeatNgramSize: 3,
      earlyStopping: false,
      sample: true,
      temperature: 0.7,
      topP: 0.9,
      topK: 50,
      seed: 42,
      stop: [],
      forbid: [],
      stopOnLoop: true,
    });
  });

  it('have the defaults of the reference, and end answers that repeat themselves', async () => {
    const { requests } = await caption();
    expect(requests[0]?.settings).toEqual({
      numBeams: 1,
      maxNewTokens: 64,
      minNewTokens: 0,
      lengthPenalty: 1,
      repetitionPenalty: 1,
      noRepeatNgramSize: 0,
      earlyStopping: false,
      sample: false,
      temperature: 1,
      topP: 1,
      topK: 0,
      seed: 0,
      stop: [],
      forbid: [],
      stopOnLoop: true,
    });
  });

  it.each([
    [['--beams', '0'], '--beams must be a whole number from 1 to 64, not "0".'],
    [['--beams', '2.5'], '--beams must be a whole number from 1 to 64, not "2.5".'],
    [['--beams', 'many'], '--beams must be a whole number from 1 to 64, not "many".'],
    [['--beams', ''], '--beams must be a whole number from 1 to 64, not "".'],
    [['--beams', '0x10'], '--beams must be a whole number from 1 to 64, not "0x10".'],
    [['--max-new-tokens', '5000'], '--max-new-tokens must be a whole number from 1 to 4096'],
    [['--length-penalty', '1e999'], '--length-penalty must be a number, not "1e999".'],
    [['--repetition-penalty', '0'], '--repetition-penalty must be a number above 0, not "0".'],
    [['--no-repeat-ngram', '-1'], '--no-repeat-ngram must be a whole number of at least 0, not "-1".'],
    [['--sample', '--top-p', '1.5'], '--top-p must be a number above 0 and at most 1, not "1.5".'],
    [['--sample', '--temperature', '0'], '--temperature must be a number above 0, not "0".'],
    [['--temperature', '0.5'], '--temperature requires --sample.'],
    [['--seed', '1'], '--seed requires --sample.'],
    [
      ['--min-new-tokens', '9', '--max-new-tokens', '8'],
      '--min-new-tokens (9) cannot be more than --max-new-tokens (8).',
    ],
    [['--min-new-tokens', '100'], '--min-new-tokens (100) cannot be more than --max-new-tokens (64).'],
    [['--format', 'yaml'], '--format must be one of json, json-full, jsonl, coco, csv, txt, caption, xmp, not "yaml".'],
    [['--json', '--format', 'csv'], '--json and --format csv exclude each other'],
    [['--bom'], '--bom is for CSV only.'],
    [['--format', 'jsonl', '--bom'], '--bom is for CSV only.'],
    [['--out', ''], '--out requires a name.'],
  ])('%j are bad usage', async (flags, sentence) => {
    const result = await caption(...flags);
    expect(result.code).toBe(2);
    expect(result.err).toContain(sentence);
    expect(result.asked).toEqual([]);
  });
});
