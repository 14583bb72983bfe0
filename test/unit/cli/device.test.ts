/** @file On what commands have models computed: as the option says, else as the settings do. */
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { DeviceError } from '../../../native-models/devices/deviceError.ts';
import type { DeviceNotice } from '../../../native-models/devices/deviceNotice.ts';
import { CliDouble, modelCalled } from './cliDouble.ts';

const { facts, ...scorer } = modelCalled('scorer');
if (facts === undefined) throw new Error('a model without facts');
const models = [modelCalled('tiny'), { ...scorer, facts: { ...facts, kind: 'matcher' as const } }];
const match = () => [{ text: 'a boat', itm: 0.5, itc: 0.5 }];

async function cliWithPhoto(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/a.jpg', [
    'pairs.jsonl',
    '{"image":"p/a.jpg","text":"x","holds":true}\n{"image":"p/a.jpg","text":"y","holds":false}',
  ]);
  return cli;
}

describe('--device', () => {
  const commands = [
    ['caption', 'p'],
    ['ask', 'p/a.jpg', 'what?'],
    ['score', 'p/a.jpg', 'a boat'],
    ['library', 'embed'],
  ];

  it.each(commands)('of %s decides where the model is loaded', async (...args) => {
    const cli = await cliWithPhoto();
    if (args[0] === 'library') {
      await cli.run(['library', 'add', 'p']);
      await cli.run(['library', 'scan']);
    }
    const { devices } = await cli.run([...args, '--device', 'webgpu'], { models, match });
    expect(devices).toEqual(['webgpu']);
  });

  it.each([
    ...commands,
    ['search', 'boat'],
    ['serve'],
    ['models', 'verify', 'tiny'],
    ['models', 'calibrate', 'scorer', 'pairs.jsonl'],
  ])('of %s is refused where it is none', async (...args) => {
    const cli = await cliWithPhoto();
    const { code, err, devices } = await cli.run([...args, '--device', 'gpu'], { models, match });
    expect(code).toBe(2);
    expect(err).toContain('--device must be one of auto, cpu, webgpu, cuda, directml, not "gpu".');
    expect(devices).toEqual([]);
  });

  it('is what the settings say where it is missing, and at first the best there is', async () => {
    const cli = await cliWithPhoto();
    expect((await cli.run(['ask', 'p/a.jpg', 'what?'], { models })).devices).toEqual(['auto']);
    const catalog = Catalog.open(await cli.makeLibrary(), { startReader: startReaderThread, owner: 'test' });
    catalog.settings.set('device', 'cuda');
    await catalog[Symbol.asyncDispose]();
    for (const args of commands.slice(0, 3)) {
      expect((await cli.run(args, { models, match })).devices).toEqual(['cuda']);
    }
  });
});

it('why a model is computed on another device is told on stderr', async () => {
  const cli = await cliWithPhoto();
  const notices: DeviceNotice[] = [
    { code: 'noNvidia', params: { device: 'cuda' } },
    { code: 'usedInstead', params: { device: 'cpu' } },
  ];
  for (const [LANG, sentence] of [
    ['en_US.UTF-8', 'There is no NVIDIA graphics card with its driver. The CPU is used instead.'],
    ['zh_CN.UTF-8', '没有 NVIDIA 显卡，或未安装其驱动程序。已改用 CPU。'],
  ] as const) {
    const options = { models, notices, env: { LANG } };
    const { code, out, err } = await cli.run(['ask', 'p/a.jpg', 'what?', '--device', 'cuda'], options);
    expect(code).toBe(0);
    expect(err).toContain(sentence);
    expect(out).not.toContain(sentence);
  }
});

describe('models verify --device', () => {
  const modelActions = { verify: async () => ({ files: 12 }) };

  it('tells on which device the model computes what it should', async () => {
    const cli = await CliDouble.create();
    const result = await cli.run(['models', 'verify', 'tiny', '--device', 'webgpu'], { models, modelActions });
    expect(result).toMatchObject({
      code: 0,
      devices: ['webgpu'],
      out: 'tiny is whole: 12 files unchanged, and it computes what it should on WebGPU.\n',
    });
    const args = ['models', 'verify', 'tiny', '--device', 'auto', '--json'];
    expect(JSON.parse((await cli.run(args, { models, modelActions })).out)).toMatchObject({
      ok: true,
      device: 'webgpu',
    });
  });

  it('fails with the reason where the device cannot be used', async () => {
    const cli = await CliDouble.create();
    const problems: DeviceNotice[] = [{ code: 'windowsOnly', params: { device: 'directml' } }];
    const verify = () => Promise.reject(new DeviceError('DEVICE_UNUSABLE', 'It cannot.', { problems }));
    const args = ['models', 'verify', 'tiny', '--device', 'directml'];
    expect(await cli.run(args, { models, modelActions, verify })).toMatchObject({
      code: 1,
      err: 'vignette: DirectML exists on Windows only.\n',
    });
  });
});
