/** @file `vignette runs …`: what was done, and undoing it, also of an undo and after an interruption. */
import { describe, expect, it } from 'vitest';
import { answerOf, CliDouble } from './cliDouble.ts';

async function captioned(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/1.jpg', 'p/2.jpg');
  expect((await cli.run(['caption', 'p'])).code).toBe(0);
  return cli;
}

async function json(cli: CliDouble, ...args: string[]) {
  const { code, out, err } = await cli.run([...args, '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

const captionsOf = async (cli: CliDouble) => (await json(cli, 'library', 'status')).captioned;

describe('vignette runs', () => {
  it('lists runs, the newest first, and shows one with its model, settings and changes', async () => {
    const cli = await captioned();
    await cli.run(['caption', 'p', '--beams', '3']);
    const runs = await json(cli, 'runs', 'list');
    expect(runs).toMatchObject([
      {
        id: 2,
        kind: 'caption',
        name: 'Caption p',
        description: { kind: 'captionPaths', path: 'p', more: 0 },
        state: 'done',
        total: 2,
        done: 2,
        settings: { numBeams: 3 },
      },
      { id: 1, model: { id: 'tiny' }, prompt: 'a photo of', settings: { numBeams: 1 } },
    ]);
    expect((await cli.run(['runs', 'list'])).out).toMatch(/^1 +\S+ \S+ +Caption p +tiny +done$/m);
    expect(await json(cli, 'runs', 'list', '--limit', '1')).toHaveLength(1);
    expect(await json(cli, 'runs', 'show', '1')).toMatchObject({ id: 1, changes: 2, failures: [] });
    const { out, err } = await cli.run(['runs', 'show', '1']);
    expect(out).toMatch(/^Prompt +a photo of$/m);
    expect(out).toMatch(/^Changed +2 changes$/m);
    expect(err).toContain('To undo it: vignette runs undo 1');
  });

  it('shows which photos failed, and why', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg');
    const answer = () => {
      throw new Error('lost for words');
    };
    expect((await cli.run(['caption', 'p'], { answer })).code).toBe(3);
    expect(await json(cli, 'runs', 'show', '1')).toMatchObject({
      failed: 1,
      failures: [{ path: cli.path('p', '1.jpg'), message: 'lost for words' }],
    });
    expect((await cli.run(['runs', 'show', '1'])).out).toContain(`  ${cli.path('p', '1.jpg')}: lost for words`);
  });

  it.each([['show'], ['undo']])('%s says when there is no such run', async (command) => {
    const cli = await CliDouble.create();
    expect(await cli.run(['runs', command, '7'])).toMatchObject({ code: 1, out: '' });
    await cli.files('p/1.jpg');
    await cli.run(['caption', 'p']);
    const result = await cli.run(['runs', command, '7']);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain('There is no run 7.');
  });
});

describe('vignette runs undo', () => {
  it('takes back what the run wrote, and the undo of that brings it back', async () => {
    const cli = await captioned();
    const undone = await cli.run(['runs', 'undo', '1']);
    expect(undone).toMatchObject({ code: 0 });
    expect(undone.err).toContain('Undid run 1: 2 changes undone.');
    expect(undone.err).toContain('To redo it: vignette runs undo 2');
    expect(await captionsOf(cli)).toBe(0);
    // An undo is no line of its own: what it is about says that it is undone.
    expect(await json(cli, 'runs', 'list', '--all')).toMatchObject([{ id: 1, undoneBy: 2 }]);
    expect((await cli.run(['runs', 'list'])).out).toMatch(/undone by 2$/m);
    expect(await json(cli, 'runs', 'undo', '2')).toEqual({ undone: 2, run: 3, reverted: 2, leftAlone: 0 });
    expect(await captionsOf(cli)).toBe(2);
    expect((await json(cli, 'runs', 'list'))[0]).not.toHaveProperty('undoneBy');
    await cli.run(['runs', 'undo', '1']);
    const redone = await cli.run(['runs', 'undo', '4']);
    expect(redone.err).toContain('Redid run 1: 2 changes redone.');
    expect(redone.err).toContain('To undo it: vignette runs undo 1');
    expect(await captionsOf(cli)).toBe(2);
  });

  it('refuses what is undone already', async () => {
    const cli = await captioned();
    await cli.run(['runs', 'undo', '1']);
    const result = await cli.run(['runs', 'undo', '1']);
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain('is undone already');
  });

  it('lets the same command caption anew what was undone', async () => {
    const cli = await captioned();
    await cli.run(['runs', 'undo', '1']);
    const again = await cli.run(['caption', 'p'], { answer: () => answerOf('a second look') });
    expect(again.asked).toEqual(['1.jpg', '2.jpg']);
    expect(await captionsOf(cli)).toBe(2);
  });

  it('is finished when the same command is given again after an interruption', async () => {
    const cli = await captioned();
    const interrupt = new AbortController();
    interrupt.abort();
    const stopped = await cli.run(['runs', 'undo', '1'], { context: { interrupt: interrupt.signal } });
    expect(stopped).toMatchObject({ code: 130 });
    const finished = await cli.run(['runs', 'undo', '1']);
    expect(finished, finished.err).toMatchObject({ code: 0 });
    expect(finished.err).toContain('Undid run 1: 2 changes undone.');
    expect(await captionsOf(cli)).toBe(0);
  });
});

describe('titles of runs', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, '为 p 生成说明'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'zh_TW' }, '为 p 生成说明'],
    [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'C' }, 'Caption p'],
    [{ LANG: 'de_DE.UTF-8' }, 'Caption p'],
    [{ LC_ALL: '', LANG: 'zh' }, '为 p 生成说明'],
  ])('are in the language of the system: %j', async (env, title) => {
    const cli = await captioned();
    const { out } = await cli.run(['runs', 'list'], { env });
    expect(out).toContain(title);
    const [run] = JSON.parse((await cli.run(['runs', 'list', '--json'], { env })).out);
    expect(run).toMatchObject({ name: title, description: { kind: 'captionPaths', path: 'p', more: 0 } });
  });
});

it('errors are said in the language of the system', async () => {
  const cli = await captioned();
  const { code, err } = await cli.run(['runs', 'show', '7'], { env: { LANG: 'zh_CN.UTF-8' } });
  expect(code).toBe(1);
  expect(err).toBe('vignette: 没有任务“7”。\n');
});
