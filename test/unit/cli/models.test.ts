/** @file `vignette models …` and `vignette serve`: what they ask for and what they say. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServeRequest } from '../../../main/cli/cliContext.ts';
import type { ImportRequest } from '../../../main/library/models/installedModels.ts';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import type { Quality } from '../../../native-models/compiler/quality.ts';
import { featuresFileName } from '../../../native-models/runtime/featureFiles.ts';
import { CliDouble, modelCalled } from './cliDouble.ts';

const demo = modelCalled('demo', { bundled: true });

describe('vignette models list', () => {
  it('shows the models as a table', async () => {
    const cli = await CliDouble.create();
    const { facts: _facts, ...rest } = modelCalled('broken');
    const broken = { ...rest, problem: { code: 'MODEL_MANIFEST_INVALID', message: 'model.json is not valid JSON.' } };
    const { code, out } = await cli.run(['models', 'list'], { models: [demo, modelCalled('mine'), broken] });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'ID      FOR                ARCHITECTURE     PRECISION  SIZE    SOURCE           NOTE',
        'demo    captions, answers  instructblip-t5  fp32       8.3 MB  demo-checkpoint  bundled demo',
        'mine    captions, answers  instructblip-t5  fp32       8.3 MB  mine-checkpoint',
        'broken  -                  -                -          -       -                cannot be used: model.json is not valid JSON.',
        '',
      ].join('\n'),
    );
  });

  it('prints one JSON array with --json', async () => {
    const cli = await CliDouble.create();
    const { out } = await cli.run(['models', 'list', '--json'], { models: [demo] });
    expect(JSON.parse(out)).toEqual([
      {
        id: 'demo',
        folder: '/models/demo',
        bundled: true,
        kind: 'generator',
        architecture: 'instructblip-t5',
        precision: 'fp32',
        sizeBytes: 8_300_000,
        source: { name: 'demo-checkpoint', sha256: demo.facts?.sourceSha256 },
      },
    ]);
  });

  it('says how near quantized models come to float32, in the table and as JSON', async () => {
    const cli = await CliDouble.create();
    const quantized = (id: string, quality: Quality) => {
      const { facts, ...rest } = modelCalled(id);
      return { ...rest, ...(facts === undefined ? {} : { facts: { ...facts, precision: 'int4', quality } }) };
    };
    const agreement = { pictures: 8, predictions: 240, equal: 239, confident: 230, confidentEqual: 230 };
    const wideLayers = [
      { graph: 'decoder', layers: ['a.1', 'a.2'] },
      { graph: 'qformer', layers: ['b.0'] },
    ];
    const measured = { type: 'measured', ...agreement, maxLogitDifference: 0.5, meanKlDivergence: 0.01 } as const;
    const models = [
      quantized('good', { ...measured, wideLayers: [] }),
      quantized('wide', { ...measured, wideLayers }),
      quantized('large', { type: 'unmeasured', lacks: 'memory', neededBytes: 16.1e9 }),
    ];
    const { out } = await cli.run(['models', 'list'], { models });
    expect(out).toMatch(/ good-checkpoint {3}239 of 240 predictions match fp32\n/);
    expect(out).toMatch(/ wide-checkpoint {3}239 of 240 predictions match fp32, 3 layers kept at higher precision\n/);
    expect(out).toMatch(/ large-checkpoint {2}not compared with fp32, which needs 16\.1 GB of memory\n/);
    const json = await cli.run(['models', 'list', '--json'], { models });
    expect(JSON.parse(json.out)[1]).toMatchObject({ precision: 'int4', quality: { ...measured, wideLayers } });
    const imported = await cli.run(['models', 'import', 'checkpoint'], {
      modelActions: { import: async () => quantized('good', { ...measured, wideLayers: [] }) },
    });
    expect(imported.err).toContain('Stored as int4: 239 of 240 predictions match fp32.');
  });

  it('says how to get a model when there is none', async () => {
    const cli = await CliDouble.create();
    const { code, out, err } = await cli.run(['models', 'list'], { models: [] });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('models import');
  });
});

describe('vignette models list --known', () => {
  it('shows what is published, what its license forbids, and how it would run here', async () => {
    const cli = await CliDouble.create();
    const { code, out } = await cli.run(['models', 'list', '--known', '--device', 'cpu']);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^REPOSITORY +FOR +LICENSE +DOWNLOAD +PRECISION +ON DISK +FREE DISK +HERE$/);
    expect(out.match(/; recommended/g)).toHaveLength(1);
    expect(lines[1]).toMatch(/^Salesforce\/.*; recommended$/);
    expect(out).toMatch(/blip2-opt-2\.7b +captions, answers +MIT, not commercial \[1\] +15\.5 GB/);
    expect(out).toMatch(/instructblip-flan-t5-xl .* MIT, research only \[2\]/);
    expect(out).toContain('about 3 s per photo on the CPU');
  });

  it('prints them as JSON, with every precision', async () => {
    const cli = await CliDouble.create();
    const { out } = await cli.run(['models', 'list', '--known', '--json', '--device', 'cpu']);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({
        repo: 'Salesforce/blip-vqa-base',
        license: { name: 'BSD-3-Clause', restriction: 'none' },
        downloadBytes: 1.54e9,
        installed: [],
        precisions: expect.objectContaining({
          int8: expect.objectContaining({
            sizeBytes: 378_260_000,
            diskBytes: expect.any(Number),
            type: expect.any(String),
          }),
        }),
      }),
    );
  });
});

describe('vignette models import', () => {
  it('imports the folder under the name, shows the pace of each stage and prints the name', async () => {
    const cli = await CliDouble.create();
    const requests: ImportRequest[] = [];
    const result = await cli.run(
      ['models', 'import', 'checkpoint', '--base', 'published', '--adapter', 'lora', '--id', 'mine'],
      {
        tty: true,
        modelActions: {
          import: async (request) => {
            requests.push(request);
            for (const doneBytes of [0, 1e9, 2e9]) {
              request.onProgress({ stage: 'compile', doneBytes, totalBytes: 4e9 });
            }
            return modelCalled('mine');
          },
        },
      },
    );
    expect(result).toMatchObject({ code: 0, out: 'mine\n' });
    expect(requests[0]).toMatchObject({
      source: cli.path('checkpoint'),
      adapter: cli.path('lora'),
      id: 'mine',
      precision: 'auto',
      base: cli.path('published'),
    });
    expect(result.err).toMatch(/Compiling 50 % · 2\.0 GB of 4\.0 GB · \d+ MB\/s · \d+ s left/);
    expect(result.err).toContain('--model mine');
  });

  it('has the automatic precision chosen for the graphics card, and says so', async () => {
    const cli = await CliDouble.create();
    const requests: ImportRequest[] = [];
    const card = { device: 'cuda', problem: null, isSoftware: false, freeBytes: 12e9, hasFloat16: true } as const;
    const modelActions = {
      import: async (request: ImportRequest) => {
        requests.push(request);
        const sizes = { fp32: 16e9, fp16: 9e9, int8: 4.6e9, int4: 3.6e9 };
        request.onPrecision?.({
          precision: 'fp16',
          sizes,
          memoryBytes: 8e9,
          card: { name: 'CUDA', freeBytes: 12e9 },
        });
        return modelCalled('mine');
      },
    };
    const options = { modelActions, devices: [card] };
    const result = await cli.run(['models', 'import', 'checkpoint'], options);
    expect(result.err).toContain('Stored as fp16: 9.0 GB instead of 16.0 GB, which fits in the 12.0 GB');
    await cli.run(['models', 'import', 'checkpoint', '--device', 'cpu'], options);
    await cli.run(['models', 'import', 'checkpoint', '--precision', 'fp32'], options);
    expect(requests.map((request) => request.card)).toEqual([
      { device: 'cuda', freeBytes: 12e9, hasFloat16: true },
      undefined,
      undefined,
    ]);
  });

  it('fails with the reason', async () => {
    const cli = await CliDouble.create();
    const taken = new ModelError('MODEL_ID_TAKEN', 'There is already a model called mine.');
    const modelActions = { import: () => Promise.reject(taken) };
    const result = await cli.run(['models', 'import', 'checkpoint'], { modelActions });
    expect(result).toMatchObject({ code: 1, out: '', err: 'vignette: There is already a model called mine.\n' });
  });

  it('exits with 130 when it is interrupted, and says that it can go on', async () => {
    const cli = await CliDouble.create();
    const interrupt = new AbortController();
    const result = await cli.run(['models', 'import', 'checkpoint'], {
      context: { interrupt: interrupt.signal },
      modelActions: {
        import: async ({ signal }) => {
          interrupt.abort();
          signal.throwIfAborted();
          return modelCalled('mine');
        },
      },
    });
    expect(result.code).toBe(130);
    expect(result.err).toContain('run the same command again to continue');
  });
});

describe('vignette models verify', () => {
  it('says that a model is whole', async () => {
    const cli = await CliDouble.create();
    const modelActions = { verify: async () => ({ files: 12 }) };
    expect(await cli.run(['models', 'verify', 'tiny'], { modelActions })).toMatchObject({
      code: 0,
      out: 'tiny is whole: 12 files unchanged, and it computes what it should.\n',
    });
    const { out } = await cli.run(['models', 'verify', 'tiny', '--json'], { modelActions });
    expect(JSON.parse(out)).toEqual({ id: 'tiny', ok: true, files: 12 });
  });

  it('fails with what is wrong, and for a name that is not there', async () => {
    const cli = await CliDouble.create();
    const damaged = new ModelError('MODEL_DAMAGED', "The model's file decoder.onnx is damaged.");
    const modelActions = { verify: () => Promise.reject(damaged) };
    expect(await cli.run(['models', 'verify', 'tiny'], { modelActions })).toMatchObject({
      code: 1,
      err: "vignette: The model's file decoder.onnx is damaged.\n",
    });
    expect((await cli.run(['models', 'verify', 'other'])).err).toContain('There is no model named other.');
  });
});

describe('vignette models remove', () => {
  it('removes a model', async () => {
    const cli = await CliDouble.create();
    const removed: string[] = [];
    const modelActions = { remove: async (id: string) => void removed.push(id) };
    const result = await cli.run(['models', 'remove', 'tiny'], { modelActions });
    expect({ code: result.code, removed }).toEqual({ code: 0, removed: ['tiny'] });
  });

  it('removes the features of photos with it, and leaves those of other models', async () => {
    const cli = await CliDouble.create();
    const [tiny, other] = [modelCalled('tiny'), modelCalled('other')];
    const features = new CacheFolder(path.join(await cli.makeLibrary(), 'features'));
    const names = [tiny, other].map(({ facts }) =>
      featuresFileName(Buffer.alloc(32, 1), { modelKey: facts?.featuresKey ?? '', device: 'cpu' }),
    );
    for (const name of names) await features.write(name, Buffer.from('features'));
    const models = [tiny, other];
    await cli.run(['models', 'remove', 'tiny'], { models, modelActions: { remove: async () => void models.shift() } });
    const kept = await Promise.all(names.map(async (name) => (await features.read(name)) !== undefined));
    expect(kept).toEqual([false, true]);
  });

  it('keeps the bundled one', async () => {
    const cli = await CliDouble.create();
    const result = await cli.run(['models', 'remove', 'demo'], { models: [demo] });
    expect(result).toMatchObject({
      code: 1,
      err: 'vignette: The model demo is bundled with Vignette and cannot be removed.\n',
    });
  });
});

describe('vignette serve', () => {
  it('prints its address, and ends when it is interrupted', async () => {
    const cli = await CliDouble.create();
    const interrupt = new AbortController();
    const requests: ServeRequest[] = [];
    const closed = Promise.withResolvers<void>();
    const result = await cli.run(['serve', 'photos', '--port', '8123', '--open'], {
      context: {
        interrupt: interrupt.signal,
        serve: async (request) => {
          requests.push(request);
          queueMicrotask(() => interrupt.abort());
          return { url: 'http://127.0.0.1:8123/?token=t', closed: closed.promise, close: async () => closed.resolve() };
        },
      },
    });
    expect(result).toMatchObject({ code: 0, out: 'http://127.0.0.1:8123/?token=t\n' });
    expect(requests[0]).toMatchObject({ port: 8123, host: '127.0.0.1', open: true, folders: [cli.path('photos')] });
    expect(requests[0]).toMatchObject({ model: undefined, libraryFolder: cli.libraryFolder, allowedHosts: [] });
    expect(result.err).toBe('');
  });

  async function serve(...args: string[]): Promise<{ request: ServeRequest | undefined; err: string }> {
    const cli = await CliDouble.create();
    const interrupt = new AbortController();
    let request: ServeRequest | undefined;
    const { err } = await cli.run(['serve', ...args], {
      context: {
        interrupt: interrupt.signal,
        serve: async (made) => {
          request = made;
          made.onNewUrl('http://127.0.0.1:1/x/?token=next');
          interrupt.abort();
          return { url: '', closed: Promise.resolve(), close: async () => undefined };
        },
      },
    });
    return { request, err };
  }

  it('prints where the next browser gets in', async () => {
    expect((await serve()).err).toBe(
      'A browser has connected. To connect another one: http://127.0.0.1:1/x/?token=next\n',
    );
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'nas.local'])(
    'warns that %s is reached by others, unencrypted',
    async (host) => {
      expect((await serve('--host', host)).err).toContain(`Warning: other computers can reach ${host} without enc`);
    },
  );

  it.each(['127.0.0.1', '127.0.0.53', '::1', 'localhost'])('says nothing of the kind of %s', async (host) => {
    expect((await serve('--host', host)).err).not.toContain('Warning');
  });

  it('answers to the names that it is told', async () => {
    const { request } = await serve('--allow-host', 'photos.example', '--allow-host', 'NAS');
    expect(request?.allowedHosts).toEqual(['photos.example', 'NAS']);
  });
});
