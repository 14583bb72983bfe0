/** @file `vignette mark`: stars, flags and labels for what a query finds. */
import { describe, expect, it } from 'vitest';
import { CliDouble } from './cliDouble.ts';

async function captioned(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/a.jpg', 'p/b.jpg');
  expect((await cli.run(['caption', 'p'])).code).toBe(0);
  return cli;
}

const found = async (cli: CliDouble, query: string) =>
  (await cli.run(['search', query])).out.split('\n').filter((line) => line !== '').length;

describe('vignette mark', () => {
  it('gives all photos that are found what was asked for, each as a run that can be undone', async () => {
    const cli = await captioned();
    const { code, err } = await cli.run(['mark', 'folder:p', '--rating', '4', '--flag', 'pick', '--label', 'red']);
    expect([code, err]).toEqual([0, 'Rate: 4 stars (2 photos)\nPick (2 photos)\nColor label: Red (2 photos)\n']);
    expect(await found(cli, 'rating:4 flag:pick label:red')).toBe(2);
    const again = await cli.run(['mark', 'a.jpg', '--rating', '4', '--label', 'none', '--json']);
    expect(JSON.parse(again.out)).toEqual({
      found: 1,
      changes: [
        { kind: 'rating', run: null, photos: 0 },
        { kind: 'label', run: 5, photos: 1 },
      ],
    });
    expect(await found(cli, 'label:red')).toBe(1);
    expect((await cli.run(['runs', 'undo', '5'])).code).toBe(0);
    expect(await found(cli, 'label:red')).toBe(2);
    await cli.run(['mark', 'folder:p', '--rating', 'file']);
    expect(await found(cli, 'rating:any')).toBe(0);
  });

  it('says what is wrong, and changes nothing', async () => {
    const cli = await captioned();
    const wrong = await cli.run(['mark', 'a.jpg', '--rating', '6']);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('--rating must be one of 0, 1, 2, 3, 4, 5, file, not "6".');
    expect((await cli.run(['mark', 'a.jpg'])).err).toContain('Add --rating or --flag or --label.');
    const query = await cli.run(['mark', 'taken:never', '--rating', '1']);
    expect(query.code).toBe(2);
    expect(query.err).toContain('taken:never');
    expect(await found(cli, 'rating:any')).toBe(0);
  });
});
