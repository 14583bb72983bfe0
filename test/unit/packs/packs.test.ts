/** @file A packed model: an exact copy elsewhere, and nothing of a pack that is not one. */
import { cp, mkdir, readdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { list } from 'tar/list';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packModel } from '../../../main/library/models/packModel.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { importModel } from '../../../native-models/compiler/importModel.ts';
import type { ImportProgress } from '../../../native-models/compiler/importOptions.ts';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { listModels } from '../../../native-models/compiler/modelStore.ts';
import { idOfSource } from '../../../native-models/compiler/sourceName.ts';
import { ModelProtoSchema } from '../../../native-models/onnx/generated/onnx_pb.js';
import { openPack } from '../../../native-models/packs/openPack.ts';
import { entryBlock, entryBytes } from '../../../native-models/packs/packFormat.ts';
import { writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { CliDouble, modelCalled } from '../cli/cliDouble.ts';
import { type PackParts, setContent, setName, sha256, writeStrangePack } from './testPack.ts';

let common: Awaited<ReturnType<typeof temporaryFolder>>;
let manifest: ModelManifest;
let model: string;
let pack: string;
beforeAll(async () => {
  common = await temporaryFolder();
  const source = path.join(common.path, 'checkpoint');
  await writeEditedCheckpoint('blip-caption', source);
  await writeFile(path.join(source, 'LICENSE'), 'Use it well.');
  const modelsFolder = path.join(common.path, 'models');
  manifest = await importCheckpoint({ source, modelsFolder, id: 'tiny', precision: 'fp32' });
  model = path.join(modelsFolder, 'tiny');
  pack = path.join(common.path, 'tiny.vignette-model');
  await packInto(model, pack);
});
afterAll(() => common[Symbol.asyncDispose]());

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let modelsFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  modelsFolder = path.join(folder.path, 'models');
});
afterEach(() => folder[Symbol.asyncDispose]());

function packInto(from: string, to: string, signal = new AbortController().signal): Promise<number> {
  return packModel(from, to, { signal, onProgress: () => undefined });
}

const everythingIn = (parent: string) => readdir(parent).catch(() => []);

describe('a pack', () => {
  it('holds the model and nothing else, and is the same for the same model', async () => {
    const names: string[] = [];
    await list({ file: pack, strict: true, onReadEntry: (entry) => void names.push(entry.path) });
    expect(names).toEqual(['pack.json', 'model.json', ...manifest.files.map(({ name }) => name)]);
    expect(names).toContain('LICENSE');
    const again = path.join(folder.path, 'again.vignette-model');
    const sizeBytes = await packInto(model, again);
    const [first, second] = [await readFile(pack), await readFile(again)];
    expect(sizeBytes).toBe(second.byteLength);
    expect(sha256(second)).toBe(sha256(first));
  });

  it('is what the command writes', async () => {
    const cli = await CliDouble.create();
    const models = [modelCalled('tiny', { folder: model })];
    const file = cli.path('tiny.vignette-model');
    expect(await cli.run(['models', 'pack', 'tiny'], { models })).toMatchObject({ code: 0, out: `${file}\n` });
    expect(sha256(await readFile(file))).toBe(sha256(await readFile(pack)));
    expect(await cli.run(['models', 'pack', 'tiny'], { models })).toMatchObject({ code: 1, out: '' });
    const json = await cli.run(['models', 'pack', 'tiny', '--json', '--output', 'other'], { models });
    expect(JSON.parse(json.out)).toMatchObject({ id: 'tiny', file: cli.path('other') });
    expect(await cli.run(['models', 'pack', 'nothing'], { models })).toMatchObject({ code: 1, out: '' });
  });

  it('is not written over a file, and leaves nothing when it is stopped or the model is damaged', async () => {
    await expect(packInto(model, pack)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    const file = path.join(folder.path, 'no.vignette-model');
    const stop = new AbortController();
    const stopped = packModel(model, file, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const damaged = path.join(folder.path, 'damaged');
    await cp(model, damaged, { recursive: true });
    const weights = path.join(damaged, 'vision_encoder.onnx.data');
    const content = await readFile(weights);
    content[1000] = (content[1000] as number) ^ 1;
    await writeFile(weights, content);
    await expect(packInto(damaged, file)).rejects.toMatchObject({
      code: 'MODEL_DAMAGED',
      details: { name: 'vision_encoder.onnx.data' },
    });
    expect(await readdir(folder.path)).toEqual(['damaged']);
  });

  it('gives the same model elsewhere', async () => {
    const steps = new Set<ImportProgress['stage']>();
    const imported = await importModel({ source: pack, modelsFolder, onProgress: ({ stage }) => steps.add(stage) });
    expect(imported).toEqual(manifest);
    expect([...steps]).toEqual(['unpack', 'verify']);
    expect(await everythingIn(modelsFolder)).toEqual(['tiny']);
    for (const name of ['model.json', ...manifest.files.map((file) => file.name)]) {
      const [there, here] = [path.join(modelsFolder, 'tiny', name), path.join(model, name)];
      expect(sha256(await readFile(there))).toBe(sha256(await readFile(here)));
    }
  });

  it('is imported under another name, known by its content where it has lost its own, and as nothing else', async () => {
    const source = path.join(folder.path, 'download.bin');
    await cp(pack, source);
    expect(await idOfSource({ source })).toBe('tiny');
    expect(await importModel({ source, modelsFolder, id: 'other' })).toEqual({ ...manifest, id: 'other' });
    expect((await listModels(modelsFolder))[0]).toMatchObject({ id: 'other', manifest: { id: 'other' } });
    const inInt4 = importModel({ source, modelsFolder, id: 'small', precision: 'int4' });
    await expect(inInt4).rejects.toMatchObject({ code: 'MODEL_PRECISION_UNSUPPORTED' });
    const adapted = importModel({ source, modelsFolder, id: 'adapted', adapter: folder.path });
    await expect(adapted).rejects.toMatchObject({ code: 'MODEL_PRECISION_UNSUPPORTED' });
    const taken = importModel({ source, modelsFolder, id: 'other' });
    await expect(taken).rejects.toMatchObject({ code: 'MODEL_ID_TAKEN' });
  });

  it('goes on where its import was stopped', async () => {
    const stop = new AbortController();
    const onProgress = ({ doneBytes }: ImportProgress) => doneBytes > manifest.sizeBytes / 2 && stop.abort();
    const stopped = importModel({ source: pack, modelsFolder, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await listModels(modelsFolder)).toEqual([]);
    const starts: number[] = [];
    await importModel({ source: pack, modelsFolder, onProgress: ({ doneBytes }) => starts.push(doneBytes) });
    expect(starts[0]).toBeGreaterThan(0);
    expect(await everythingIn(modelsFolder)).toEqual(['tiny']);
  });

  it('may have files of more than 8 GB', async () => {
    const source = path.join(folder.path, 'large.vignette-model');
    const large = 9_000_000_000;
    await writeStrangePack(model, source, (parts) => {
      parts.manifest.files = [{ name: 'decoder.onnx.data', sizeBytes: large, sha256: '0'.repeat(64) }];
      parts.manifest.sizeBytes = large;
      parts.entries = [{ name: 'decoder.onnx.data', content: Buffer.alloc(0), sizeBytes: large }];
    });
    // a hole: what follows the block of the entry is zeros, and is not read before it is copied
    const { size } = await stat(source);
    await truncate(source, size + entryBytes(large) - entryBytes(0));
    await using opened = await openPack(source);
    expect(opened.files).toMatchObject([{ name: 'decoder.onnx.data', sizeBytes: large }]);
  });
});

describe('what is no proper pack is refused, and nothing stays:', () => {
  async function refusal(edit: (parts: PackParts) => void, change?: (file: string) => Promise<void>): Promise<unknown> {
    const source = path.join(folder.path, 'strange.vignette-model');
    await writeStrangePack(model, source, edit);
    await change?.(source);
    const error = await importModel({ source, modelsFolder }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(await everythingIn(modelsFolder)).toEqual([]);
    expect(await readdir(folder.path)).not.toContain('escaped');
    return error;
  }
  const nothing = () => undefined;

  it.each([
    '../escaped',
    '/tmp/escaped',
    'C:\\escaped',
    'a\\b',
    'a/../../escaped',
    'a/b/c',
    '.checked.json',
    'model.json',
    'Import.jsonl',
    'con',
    'nul.txt',
    'dot.',
    'a\nb',
    '',
    'ä',
    'x'.repeat(80),
  ])('a file called %j', async (name) => {
    expect(await refusal((parts) => setName(parts, 0, name))).toMatchObject({ code: 'PACK_INVALID' });
  });

  it('two files of one name, in whatever case, and a file within a file', async () => {
    const [first, second] = manifest.files;
    const taken = (parts: PackParts) => setName(parts, 1, first?.name.toUpperCase() ?? '');
    expect(await refusal(taken)).toMatchObject({ code: 'PACK_INVALID' });
    const within = (parts: PackParts) => {
      setName(parts, 0, 'a');
      setName(parts, 1, 'a/b');
    };
    expect(second).toBeDefined();
    expect(await refusal(within)).toMatchObject({ code: 'PACK_INVALID' });
  });

  it.each([
    ['a link', (block: Buffer) => void block.write('2', 156)],
    ['a hard link', (block: Buffer) => void block.write('1', 156)],
    ['a sparse file', (block: Buffer) => void block.write('S', 156)],
    ['a header of another kind', (block: Buffer) => void block.write('x', 156)],
    ['another name', (block: Buffer) => void block.write('../escaped', 0)],
    ['another size', (block: Buffer) => void block.write('00000000001', 124)],
    ['a wrong checksum', (block: Buffer) => void block.write('0000000', 148)],
  ])('an entry that is %s', async (_what, edit) => {
    const strange = (parts: PackParts) => {
      for (const entry of parts.entries.slice(1, 2)) entry.edit = edit;
    };
    expect(await refusal(strange)).toMatchObject({ code: 'PACK_INVALID' });
  });

  it('entries in another order, one more, one less', async () => {
    expect(await refusal(({ entries }) => void entries.reverse())).toMatchObject({ code: 'PACK_INVALID' });
    const more = ({ entries }: PackParts) => void entries.push({ name: 'more', content: Buffer.from('x') });
    expect(await refusal(more)).toMatchObject({ code: 'PACK_INVALID' });
    expect(await refusal(({ entries }) => void entries.pop())).toMatchObject({ code: 'PACK_INVALID' });
  });

  it('something after its end', async () => {
    const after = (parts: PackParts) => {
      parts.rest = Buffer.from('more');
    };
    expect(await refusal(after)).toMatchObject({ code: 'PACK_INVALID' });
  });

  it('one that is cut off anywhere', async () => {
    const { byteLength } = await readFile(pack);
    for (const keep of [0, 100, 512, 700, 1600, byteLength / 2, byteLength - 1024, byteLength - 1]) {
      const error = await refusal(nothing, (file) => truncate(file, Math.floor(keep)));
      expect(error).toMatchObject({ code: expect.stringMatching(/^PACK_(INVALID|DAMAGED)$/) });
    }
  });

  it('a changed byte in any file', async () => {
    for (let i = 0; i < manifest.files.length; i += 1) {
      const changed = ({ entries }: PackParts) => {
        for (const entry of entries.slice(i, i + 1)) entry.content.writeUInt8(entry.content.readUInt8(0) ^ 1);
      };
      const { name } = manifest.files[i] ?? {};
      expect(await refusal(changed)).toMatchObject({ code: 'PACK_DAMAGED', details: { name } });
    }
  });

  it('headers that are too large, malformed or newer', async () => {
    const newer = (parts: PackParts) => {
      parts.header = { formatVersion: 2, manifest: 'unknown' };
    };
    expect(await refusal(newer)).toMatchObject({ code: 'PACK_NEWER' });
    const newerManifest = (parts: PackParts) => Object.assign(parts.manifest, { formatVersion: 99 });
    expect(await refusal(newerManifest)).toMatchObject({ code: 'MODEL_MANIFEST_NEWER' });
    const bomb = (parts: PackParts) => {
      parts.header = { padding: ' '.repeat(100_000) };
    };
    expect(await refusal(bomb)).toMatchObject({ code: 'PACK_INVALID' });
    const claimed = (parts: PackParts) => {
      parts.header = { manifest: { sizeBytes: 2 ** 40, sha256: '0'.repeat(64) } };
    };
    expect(await refusal(claimed)).toMatchObject({ code: 'PACK_INVALID' });
    expect(await refusal(nothing, (file) => writeFile(file, 'no pack at all'.repeat(100)))).toMatchObject({
      code: 'PACK_INVALID',
    });
  });

  it('a model.json of which the checksum, the sum of sizes or the graphs differ', async () => {
    const checksum = (parts: PackParts) => {
      parts.header = {
        manifest: { sizeBytes: Buffer.byteLength(JSON.stringify(parts.manifest)), sha256: '0'.repeat(64) },
      };
    };
    expect(await refusal(checksum)).toMatchObject({ code: 'PACK_DAMAGED' });
    const sum = (parts: PackParts) => {
      parts.manifest.sizeBytes = 1;
    };
    expect(await refusal(sum)).toMatchObject({ code: 'PACK_INVALID' });
    const architecture = (parts: PackParts) => {
      parts.manifest.architecture = 'instructblip-t5';
    };
    expect(await refusal(architecture)).toBeInstanceOf(Error);
  });

  it('a graph that takes its weights from elsewhere, or is none', async () => {
    const elsewhere = (parts: PackParts) => {
      const entry = parts.entries.find(({ name }) => name === 'vision_encoder.onnx');
      const graph = fromBinary(ModelProtoSchema, entry?.content ?? Buffer.alloc(0));
      for (const { externalData } of graph.graph?.initializer ?? [])
        for (const pair of externalData) if (pair.key === 'location') pair.value = '../../escaped';
      setContent(parts, 'vision_encoder.onnx', Buffer.from(toBinary(ModelProtoSchema, graph)));
    };
    expect(await refusal(elsewhere)).toMatchObject({ code: 'PACK_INVALID', details: { name: 'vision_encoder.onnx' } });
    const none = (parts: PackParts) => setContent(parts, 'vision_encoder.onnx', Buffer.from('no graph'));
    expect(await refusal(none)).toMatchObject({ code: 'PACK_INVALID' });
  });

  it('a model that computes something else', async () => {
    const selfTest = (parts: PackParts) => {
      for (const stage of parts.manifest.selfTest) stage.norm *= 2;
    };
    expect(await refusal(selfTest)).toMatchObject({ code: 'MODEL_SELF_TEST_FAILED' });
  });

  it('the block of an entry is what tar writes', async () => {
    expect((await entryBlock('a', 1)).toString('latin1', 257, 262)).toBe('ustar');
  });
});

describe.skipIf(!canMakeSmallDisks)('a disk', () => {
  it('that is too small keeps nothing of an import, and nothing of a pack', async () => {
    await using disk = await makeSmallDisk(1);
    const filler = path.join(disk.path, 'filler');
    await writeFile(filler, Buffer.alloc(900_000));
    const there = path.join(disk.path, 'models');
    await expect(importModel({ source: pack, modelsFolder: there })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await everythingIn(there)).toEqual([]);
    const file = path.join(disk.path, 'x.vignette-model');
    await expect(packInto(model, file)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(disk.path)).not.toContain('x.vignette-model');
  });
});

describe('a model that is replaced', () => {
  const int4 = () => ({ source: path.join(modelsFolder, 'tiny'), modelsFolder, precision: 'int4' as const });
  beforeEach(async () => {
    await mkdir(modelsFolder);
    await cp(model, path.join(modelsFolder, 'tiny'), { recursive: true });
  });

  it('keeps its name in another precision, and nothing else stays', async () => {
    await expect(importModel(int4())).rejects.toMatchObject({ code: 'MODEL_ID_TAKEN' });
    expect(await importModel({ ...int4(), replace: true })).toMatchObject({ id: 'tiny', precision: 'int4' });
    expect(await everythingIn(modelsFolder)).toEqual(['tiny']);
    expect(await listModels(modelsFolder)).toMatchObject([{ id: 'tiny', manifest: { precision: 'int4' } }]);
  });

  it('stays where the new one fails or is stopped', async () => {
    const stop = new AbortController();
    const onProgress = ({ stage }: ImportProgress) => stage === 'compile' && stop.abort();
    const stopped = importModel({ ...int4(), replace: true, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const strange = path.join(folder.path, 'strange.vignette-model');
    await writeStrangePack(model, strange, ({ manifest: { selfTest } }) => {
      for (const stage of selfTest) stage.norm *= 2;
    });
    await expect(importModel({ source: strange, modelsFolder, replace: true })).rejects.toThrow();
    expect(await listModels(modelsFolder)).toMatchObject([{ id: 'tiny', manifest }]);
  });

  it('has its name back where the process ended between the two steps', async () => {
    await rename(path.join(modelsFolder, 'tiny'), path.join(modelsFolder, '.replaced-tiny'));
    expect(await listModels(modelsFolder)).toMatchObject([{ id: 'tiny', manifest }]);
    expect(await everythingIn(modelsFolder)).toEqual(['tiny']);
  });
});
