/** @file Importing in a process of its own: the same model, the same refusals, and whoever waits outlives it. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportRequest, installedModels } from '../../../main/library/models/installedModels.ts';
import { readManifest } from '../../../native-models/compiler/manifest.ts';
import { forkImport } from '../../../native-models/compiler/remoteImport.ts';
import type { StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { arrivalsOf, shardCheckpoint } from '../../support/arrivingFiles.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let source: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  source = path.join(folder.path, 'tiny');
  await cp(path.join(fixturesFolder, 'instructblip-t5'), source, { recursive: true });
});
afterEach(() => folder[Symbol.asyncDispose]());

function modelsWith(startImport: StartHostProcess) {
  return installedModels(path.join(folder.path, 'models'), undefined, startImport);
}

/** Imports without starting a process: what one has begun, another goes on with. */
function modelsHere() {
  return installedModels(path.join(folder.path, 'models'), undefined);
}

function request(changes: Pick<Partial<ImportRequest>, 'signal' | 'onProgress'> = {}): ImportRequest {
  const { signal = new AbortController().signal, onProgress = () => undefined } = changes;
  return { source, id: undefined, precision: 'fp32', signal, onProgress };
}

/** Kills the process like `kill -9` when it tells of its first progress. */
const killedHalfWay: StartHostProcess = (listeners) => {
  const connection = forkImport({
    ...listeners,
    onMessage: (message) => {
      if (message !== null && typeof message === 'object' && 'type' in message && message.type === 'progress')
        connection.kill();
      else listeners.onMessage(message);
    },
  });
  return connection;
};

describe('an import in a process of its own', () => {
  it('tells how far it is, and the model is there at its end', async () => {
    const models = modelsWith(forkImport);
    const stages = new Set<string>();
    const model = await models.import(request({ onProgress: ({ stage }) => stages.add(stage) }));
    expect(model).toMatchObject({ id: 'tiny', facts: { architecture: 'instructblip-t5' } });
    expect([...stages]).toEqual(['compile', 'hash', 'verify']);
    expect(await models.list()).toEqual([model]);
    expect(
      (await models.verify(model.folder, { signal: new AbortController().signal, onProgress: () => undefined })).files,
    ).toBeGreaterThan(3);
  });

  it('tells what the automatic precision has come to', async () => {
    const chosen: string[] = [];
    const automatic = { ...request(), precision: 'auto' };
    const onPrecision: ImportRequest['onPrecision'] = ({ precision, sizes }) =>
      chosen.push(`${precision} ${sizes.fp32 > sizes.int8 && sizes.int8 > sizes.int4}`);
    const model = await modelsWith(forkImport).import({ ...automatic, onPrecision });
    expect(chosen).toEqual(['fp32 true']);
    expect(model.facts?.precision).toBe('fp32');
  });

  it('looks at the weights before it rounds them', async () => {
    const stages = new Set<string>();
    const rounded = { ...request({ onProgress: ({ stage }) => stages.add(stage) }), precision: 'int4' };
    const model = await modelsWith(forkImport).import(rounded);
    expect(model.facts?.precision).toBe('int4');
    expect([...stages]).toEqual(['compile', 'hash', 'verify', 'measure']);
  });

  it('refuses with the same codes', async () => {
    await writeFile(path.join(source, 'config.json'), '{');
    await expect(modelsWith(forkImport).import(request())).rejects.toMatchObject({
      name: 'CheckpointError',
      code: expect.stringMatching(/^CHECKPOINT_/),
    });
  });

  it('leaves no model when it is stopped, and goes on later', async () => {
    const models = modelsWith(forkImport);
    const stop = new AbortController();
    const stopped = models.import(request({ signal: stop.signal, onProgress: () => stop.abort() }));
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(await models.list()).toEqual([]);
    expect(await modelsHere().import(request())).toMatchObject({ id: 'tiny' });
  });

  it('compiles files that arrive in this process, and goes on without those that it let go when it was killed', async () => {
    const order = { order: (names: readonly string[]) => names, shards: () => 3 };
    const checkpoint = await shardCheckpoint('blip2-t5', folder.path, order);
    const incoming = path.join(folder.path, 'incoming');
    const arriving = { ...request(), source: checkpoint.companions };
    const kill = Promise.withResolvers<() => void>();
    const killable: StartHostProcess = (listeners) => {
      const connection = forkImport(listeners);
      kill.resolve(() => connection.kill());
      return connection;
    };
    const last = checkpoint.files.at(-1)?.name;
    const onNext = async (name: string) => {
      if (name === last) (await kill.promise)();
    };
    const first = arrivalsOf(checkpoint, { incoming, onNext });
    await expect(modelsWith(killable).import({ ...arriving, arrivals: first.arrivals })).rejects.toMatchObject({
      code: 'MODEL_IMPORT_CRASHED',
    });
    const second = arrivalsOf(checkpoint, { incoming });
    const model = await modelsWith(forkImport).import({ ...arriving, arrivals: second.arrivals });
    expect(second.log.arrived).toEqual([last]);
    expect(second.log.cutTo.length).toBeGreaterThan(1);
    const whole = await modelsHere().import({ ...request(), source: checkpoint.whole });
    const filesOf = async (id: string) => (await readManifest(path.join(folder.path, 'models', id))).files;
    expect(await filesOf(model.id)).toEqual(await filesOf(whole.id));
  });

  it.skipIf(process.platform === 'win32')(
    'leaves no model when its process is killed by a signal, says so, and goes on later',
    async () => {
      await mkdir(path.join(folder.path, 'models'));
      const killed = modelsWith(killedHalfWay).import(request());
      await expect(killed).rejects.toMatchObject({
        code: 'MODEL_IMPORT_CRASHED',
        message: expect.stringContaining('SIGKILL'),
      });
      const models = modelsHere();
      expect(await models.list()).toEqual([]);
      expect(await models.import(request())).toMatchObject({ id: 'tiny' });
    },
  );
});
