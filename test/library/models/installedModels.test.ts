/** @file The library's models and the bundled ones as one list. */
import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { CliDouble } from '../../unit/cli/cliDouble.ts';

describe('the list of models', () => {
  it('holds the bundled ones first, and says what is wrong with one that cannot be used', async () => {
    const cli = await CliDouble.create();
    await cli.files(['bundled/demo/model.json', '{'], ['models/mine/model.json', '{"formatVersion": 99}']);
    const models = await installedModels(cli.path('models'), cli.path('bundled')).list();
    expect(models.map(({ id, bundled, problem }) => [id, bundled, problem?.code])).toEqual([
      ['demo', true, 'MODEL_MANIFEST_INVALID'],
      ['mine', false, 'MODEL_MANIFEST_NEWER'],
    ]);
  });

  it('is empty where nothing is installed or bundled', async () => {
    const cli = await CliDouble.create();
    expect(await installedModels(cli.path('nowhere'), undefined).list()).toEqual([]);
  });

  it('lets no import take the name of a bundled model, whether named or made from the folder', async () => {
    const cli = await CliDouble.create();
    await mkdir(cli.path('bundled', 'demo'), { recursive: true });
    const models = installedModels(cli.path('models'), cli.path('bundled'));
    const request = { precision: 'fp32', signal: new AbortController().signal, onProgress: () => undefined };
    const named = models.import({ ...request, source: cli.path('checkpoint'), id: 'demo' });
    await expect(named).rejects.toMatchObject({ code: 'MODEL_ID_TAKEN' });
    const derived = models.import({ ...request, source: cli.path('Demo'), id: undefined });
    await expect(derived).rejects.toMatchObject({ code: 'MODEL_ID_TAKEN' });
  });
});
