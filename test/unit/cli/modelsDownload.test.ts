/** @file `vignette models download`: what it says, what it asks for, and what Ctrl-C leaves. */
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { ImportRequest } from '../../../main/library/models/installedModels.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { type HubServer, startHub } from '../../support/hubServer.ts';
import { CliDouble, modelCalled } from './cliDouble.ts';

let hub: HubServer;
let cli: CliDouble;
beforeAll(async () => {
  hub = await startHub();
  hub.add('Salesforce/tiny', { 'config.json': Buffer.from('{}'), 'pytorch_model.bin': Buffer.alloc(1_000_000) });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  cli = await CliDouble.create();
  hub.requests.length = 0;
  hub.fault = () => undefined;
});

async function download(args: readonly string[], { interrupt = new AbortController() } = {}) {
  const imports: ImportRequest[] = [];
  const result = await cli.run(['models', 'download', ...args], {
    models: [],
    modelActions: {
      precisions: ['auto', 'fp32'],
      async import(request) {
        imports.push(request);
        return modelCalled(request.id ?? 'made');
      },
    },
    context: {
      env: {
        VIGNETTE_HOME: cli.libraryFolder,
        HF_ENDPOINT: hub.endpoint,
        HF_HOME: cli.path('hf'),
        HF_TOKEN: 'hf_secret',
      },
      interrupt: interrupt.signal,
    },
  });
  return { ...result, imports };
}

describe('vignette models download', () => {
  it('fetches a checkpoint into the cache, has it compiled, and prints the name of the model', async () => {
    const { code, out, err, imports } = await download([
      'Salesforce/tiny',
      '--precision',
      'fp32',
      '--id',
      'mine',
      '--keep',
      '--replace',
    ]);
    expect([code, out]).toEqual([0, 'mine\n']);
    expect(imports).toMatchObject([{ id: 'mine', precision: 'fp32', replace: true }]);
    expect(path.relative(cli.path('hf/hub/models--Salesforce--tiny/snapshots'), imports[0]?.source ?? '')).toMatch(
      /^[0-9a-f]{40}$/,
    );
    expect(out + err).not.toContain('hf_secret');
    const json = await download(['Salesforce/tiny', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ id: 'made' });
  });

  it('is paused by Ctrl-C, and goes on when it is started again', async () => {
    const interrupt = new AbortController();
    hub.fault = ({ host }) => {
      if (host === 'storage') setTimeout(() => interrupt.abort(), 40);
      return host === 'storage' ? { slowMs: 5 } : undefined;
    };
    const stopped = await download(['Salesforce/tiny'], { interrupt });
    expect([stopped.code, stopped.imports]).toEqual([130, []]);
    hub.fault = () => undefined;
    const { code } = await download(['Salesforce/tiny']);
    expect(code).toBe(0);
    expect(hub.requests.filter(({ host }) => host === 'storage').map(({ from }) => from)).toEqual([
      0,
      expect.toSatisfy((from) => from > 0),
    ]);
  });

  it('says what is wrong: a licence, a name, a precision, a token on the command line', async () => {
    hub.fault = ({ what }) =>
      what === 'config.json' ? { status: 403, headers: { 'x-error-code': 'GatedRepo' } } : undefined;
    const gated = await download(['Salesforce/tiny']);
    expect([gated.code, gated.err]).toEqual([1, expect.stringContaining('Accept it on the page of the repository')]);
    expect((await download(['not a name'])).code).toBe(1);
    expect((await download(['Salesforce/tiny', '--precision', 'int3'])).code).toBe(2);
    expect((await download(['Salesforce/tiny', '--token', 'hf_secret'])).code).toBe(2);
  });

  it('connects to nothing while the network is off in the settings', async () => {
    await using catalog = await Catalog.open(await cli.makeLibrary(), {
      startReader: startReaderThread,
      owner: 'test',
    });
    catalog.settings.set('networkOff', true);
    const { code, err } = await download(['Salesforce/tiny']);
    expect([code, err]).toEqual([1, expect.stringContaining('The network is switched off')]);
    expect(hub.requests).toEqual([]);
  });
});
