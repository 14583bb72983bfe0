/** @file Runs of `vignette caption` that were interrupted, killed or repeated. */
import { appendFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { OwnerLock } from '../../../main/library/catalog/ownerLock.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { answerOf, CliDouble, type FakeAnswer, interruptedAt, modelCalled } from './cliDouble.ts';

const command = ['caption', 'p', '--out', 'c.json'];

async function stoppedAfter(cli: CliDouble, count: number): Promise<void> {
  await cli.run(command, { answer: interruptedAt(`${count + 1}.jpg`) });
  await rm(cli.path('c.json'), { force: true });
}

describe('an interrupted vignette caption', () => {
  it('keeps the captions so far, says how to go on and exits with 130', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    const result = await cli.run(command, { answer: interruptedAt('2.jpg') });
    expect(result.code).toBe(130);
    expect(result.asked).toEqual(['1.jpg', '2.jpg']);
    expect(result.err).toContain('Interrupted: 1 of 3 photos captioned. Run the same command again to continue.');
    expect(await cli.read('c.json')).toBe('{\n  "1": [\n    "a photo called 1.jpg"\n  ]\n}');
  });

  it('goes on with only what is missing, and leaves nothing but the output', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    await cli.run(command, { answer: interruptedAt('2.jpg') });
    const result = await cli.run(command);
    expect(result.code).toBe(0);
    expect(result.asked).toEqual(['2.jpg', '3.jpg']);
    expect(result.err).toContain('2 photos captioned, 1 already done.');
    expect(Object.keys(JSON.parse(await cli.read('c.json')))).toEqual(['1', '2', '3']);
    expect(await readdir(cli.folder)).toEqual(['c.json', 'p']);
  });

  it('leaves nothing in the folder when not one photo was captioned', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg');
    expect((await cli.run(command, { answer: interruptedAt('1.jpg') })).code).toBe(130);
    expect(await readdir(cli.folder)).toEqual(['p']);
  });

  it('loads no model when only the output is left to write', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    await stoppedAfter(cli, 1);
    await rm(cli.path('p', '2.jpg'));
    const result = await cli.run(command);
    expect(result.loads).toEqual([]);
    expect(Object.keys(JSON.parse(await cli.read('c.json')))).toEqual(['1']);
  });

  it('does a photo again that was edited in between, but not one that was only touched, or moved', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg', 'p/4.jpg');
    await cli.run(command, { answer: interruptedAt('4.jpg') });
    await appendFile(cli.path('p', '1.jpg'), 'edited');
    const { mtimeMs } = await stat(cli.path('p', '2.jpg'));
    await utimes(cli.path('p', '2.jpg'), new Date(mtimeMs + 5000), new Date(mtimeMs + 5000));
    await rename(cli.path('p', '3.jpg'), cli.path('p', 'renamed.jpg'));
    expect((await cli.run(command)).asked).toEqual(['1.jpg', '4.jpg']);
    expect(JSON.parse(await cli.read('c.json')).renamed).toEqual(['a photo called 3.jpg']);
  });

  it.each([
    ['another prompt', ['--prompt', 'a drawing of'], {}],
    ['another setting', ['--beams', '3'], {}],
    ['another model of the same name', [], { models: [modelCalled('tiny', { facts: otherCheckpoint() })] }],
  ])('starts anew with %s, and keeps the other captions', async (_, flags, options) => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    await cli.run(command, { answer: interruptedAt('3.jpg') });
    expect((await cli.run([...command, ...flags], options)).asked).toEqual(['1.jpg', '2.jpg', '3.jpg']);
    expect((await cli.run(command)).asked).toEqual(['3.jpg']);
  });

  it('asks again about photos that failed', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    const answer: FakeAnswer = (request, tools) => {
      if (request.image.endsWith('1.jpg')) {
        throw new Error('once');
      }
      return interruptedAt('3.jpg')(request, tools);
    };
    await cli.run(command, { answer });
    expect((await cli.run(command)).asked).toEqual(['1.jpg', '3.jpg']);
  });

  it('makes no backup of its own unfinished output, but one of what a person made of it', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.jpg');
    await cli.run(command, { answer: interruptedAt('2.jpg') });
    await cli.run(command, { answer: interruptedAt('3.jpg') });
    expect(await readdir(cli.folder)).toEqual(['c.json', 'p']);
    await writeFile(cli.path('c.json'), 'edited by hand');
    await cli.run(command);
    expect(await cli.read('c.json.bak')).toBe('edited by hand');
  });

  it('goes on also when other photos are asked for besides', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'q/3.jpg');
    await cli.run(command, { answer: interruptedAt('2.jpg') });
    expect((await cli.run(['caption', 'p', 'q', '--out', 'c.json'])).asked).toEqual(['2.jpg', '3.jpg']);
  });

  it('prints its summary as JSON when asked to', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    const result = await cli.run([...command, '--json'], { answer: interruptedAt('2.jpg') });
    expect(JSON.parse(result.out)).toMatchObject({ complete: false, captioned: 1, out: cli.path('c.json') });
  });

  it('ends at once while the model is loading', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg');
    const interrupt = new AbortController();
    const result = await cli.run(command, {
      context: { interrupt: interrupt.signal },
      load: async () => {
        interrupt.abort();
        interrupt.signal.throwIfAborted();
      },
    });
    expect(result.code).toBe(130);
    expect(await readdir(cli.folder)).toEqual(['p']);
  });
});

describe('a second vignette caption', () => {
  it('asks about nothing that is captioned, and gives the same output', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    const first = await cli.run(['caption', 'p', '--json']);
    const second = await cli.run(['caption', 'p', '--json']);
    expect(second).toMatchObject({ code: 0, asked: [], loads: [], out: first.out });
  });

  it('asks about what is new', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/2.jpg');
    await cli.run(command);
    await cli.files('p/1.jpg');
    const result = await cli.run(command);
    expect(result.asked).toEqual(['1.jpg']);
    expect(result.err).toContain('1 photo captioned, 1 already done.');
  });

  it('does everything again with --again, and goes on with that when it was interrupted', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    await cli.run(command);
    const answer: FakeAnswer = () => answerOf('seen again');
    const again = [...command, '--again'];
    expect((await cli.run(again, { answer: interruptedAt('2.jpg') })).asked).toEqual(['1.jpg', '2.jpg']);
    expect((await cli.run(again, { answer })).asked).toEqual(['2.jpg']);
    expect(JSON.parse(await cli.read('c.json'))['2']).toEqual(['seen again']);
    expect((await cli.run(again, { answer })).asked).toEqual(['1.jpg', '2.jpg']);
    expect((await cli.run(command)).asked).toEqual([]);
  });

  it('leaves an interrupted run alone that would do more than is asked for', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'q/3.jpg');
    await cli.run(['caption', 'p', 'q'], { answer: interruptedAt('1.jpg') });
    expect((await cli.run(['caption', 'q'])).asked).toEqual(['3.jpg']);
    expect((await cli.run(['caption', 'p', 'q'])).asked).toEqual(['1.jpg', '2.jpg']);
  });

  it('finds the library in use by another process, and changes nothing', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg');
    using _lock = OwnerLock.take(await cli.makeLibrary(), 'vignette serve');
    const result = await cli.run(command);
    expect(result).toMatchObject({ code: 1, asked: [], loads: [] });
    expect(result.err).toContain('is in use by another Vignette (vignette serve');
    expect(await readdir(cli.folder)).toEqual(['p']);
  });
});

describe('vignette caption --try', () => {
  const names = Array.from({ length: 15 }, (_, index) => `p/${index < 8 ? 'a' : 'b'}/${index}.jpg`);

  it('estimates all, captions and prints a sample, writes no file, and what it did counts when the rest is done', async () => {
    const cli = await CliDouble.create();
    await cli.files(...names);
    const tried = await cli.run([...command, '--try']);
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.asked).toHaveLength(12);
    expect(tried.err).toMatch(/^15 photos to do · time not known yet.* · about 6 kB for the results/);
    expect(tried.err).toContain('3 photos left. Run the same command without --try');
    for (const name of tried.asked) expect(tried.out).toContain(`${name}\ta photo called ${name}\n`);
    expect(await readdir(cli.folder)).toEqual(['p']);

    const rest = await cli.run(command);
    expect([...tried.asked, ...rest.asked].sort()).toEqual(names.map((name) => path.basename(name)).sort());
    expect(rest.err).toContain('3 photos captioned, 12 already done.');
    expect(Object.keys(JSON.parse(await cli.read('c.json')))).toHaveLength(15);
    // Twelve results came at their times: the next estimate is measured.
    await cli.files('p/c.jpg');
    const last = await cli.run([...command, '--try']);
    expect(last.asked).toEqual(['c.jpg']);
    expect(last.err).toMatch(/^1 photo to do · about .*, as measured on CPU/);
    expect(last.err).not.toContain('left');
  });

  it('prints nothing but results in JSON, and refuses to do what is done again', async () => {
    const cli = await CliDouble.create();
    await cli.files(...names);
    const tried = await cli.run([...command, '--try', '--json']);
    expect(tried.err).toBe('');
    expect(tried.out.trim().split('\n')).toHaveLength(12);
    const refused = await cli.run([...command, '--try', '--again']);
    expect(refused).toMatchObject({ code: 2, loads: [] });
    expect(refused.err).toContain('--try and --again exclude each other.');
  });
});

describe('the captions of one run', () => {
  it('carry the hash of each photo in full JSON, also those made earlier', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg');
    const rich = ['caption', 'p', '--format', 'json-full', '--out', 'c.json'];
    await cli.run(rich, { answer: interruptedAt('2.jpg') });
    await cli.run(rich);
    const { photos } = JSON.parse(await cli.read('c.json'));
    expect(photos.map(({ sha256 }: { sha256: string }) => sha256)).toEqual([
      '895764492b1502cdca92a15cc1339f6dbf2bdeecb0285f6647e63c51b3f6a6fd',
      '1ab29494f8ffee3913e8177dd89bd4de2d407a3419797f2c9dfe28585af6e61f',
    ]);
  });

  it('are kept when the answer is empty', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg');
    await cli.run(command, { answer: () => answerOf('') });
    expect(await cli.read('c.json')).toBe('{\n  "1": [\n    ""\n  ]\n}');
  });
});

function otherCheckpoint() {
  return {
    kind: 'generator' as const,
    architecture: 'instructblip-t5',
    precision: 'fp32',
    doubtfulBelow: undefined,
    sizeBytes: 1,
    sourceName: 'other',
    revision: undefined,
    compilerVersion: '3',
    sourceSha256: 'f'.repeat(64),
    featuresKey: 'f'.repeat(32),
  };
}

describe('the model of a caption that names none', () => {
  const models = [modelCalled('first'), modelCalled('second')];

  it('is the one that the settings name, while it is installed', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    const catalog = Catalog.open(await cli.makeLibrary(), { startReader: startReaderThread, owner: 'test' });
    catalog.settings.set('captionModelId', 'second');
    await catalog[Symbol.asyncDispose]();
    expect((await cli.run(['caption', 'p'], { models })).loads).toEqual(['/models/second']);
    const gone = await cli.run(['caption', 'p'], { models: [modelCalled('first'), modelCalled('third')] });
    expect(gone.code).toBe(2);
    expect(gone.err).toContain('Choose one with --model (first, third)');
  });
});
