/** @file `vignette fields`: defined, changed, listed with what they hold, and removed. */
import { expect, it } from 'vitest';
import { CliDouble } from './cliDouble.ts';

it('vignette fields defines fields, lists what they hold, and lets what is not said as it is', async () => {
  const cli = await CliDouble.create();
  await cli.files('p/a.jpg');
  expect((await cli.run(['caption', 'p'])).code).toBe(0);
  const run = async (...args: string[]) => {
    const { code, out, err } = await cli.run(['fields', ...args]);
    return [code, out, err];
  };
  expect(await run('save', 'season', '--question', 'which season?', '--value', 'summer', '--value', 'winter')).toEqual([
    0,
    '',
    'Saved the field season. Answers are not changed.\n',
  ]);
  expect((await run('save', 'people', '--type', 'number', '--question', 'how many people?'))[0]).toBe(0);
  expect((await run('save', 'SEASON', '--rename', 'time of year', '--json'))[1]).toBe(
    `${JSON.stringify({ name: 'time of year', type: 'list', values: ['summer', 'winter'], questions: ['which season?'] }, null, 2)}\n`,
  );
  expect((await run('list'))[1]).toMatch(
    /^FIELD +TYPE +PHOTOS +UNFIT +QUESTIONS\npeople +number +0 +0 +how many people\?\ntime of year +list +0 +0 +which season\?\n$/,
  );
  expect(JSON.parse(String((await run('list', '--json'))[1]))).toMatchObject([
    { name: 'people', type: 'number', questions: ['how many people?'], answers: [] },
    { name: 'time of year', answers: [{ value: 'summer', fits: true, photos: 0 }, { value: 'winter' }] },
  ]);
  expect(await run('save', 'people', '--rename', 'Time of year')).toEqual([
    1,
    '',
    expect.stringContaining('There is a field called time of year already.'),
  ]);
  expect(await run('save', 'x', '--type', 'date')).toEqual([
    2,
    '',
    expect.stringContaining('--type must be one of yes-no, number, list, text, not "date".'),
  ]);
  expect((await run('remove', 'people'))[2]).toBe('Removed the field people. Its answers are kept.\n');
  expect((await run('remove', 'people'))[0]).toBe(1);
});
