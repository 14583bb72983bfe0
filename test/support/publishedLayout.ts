/**
 * @file Checkpoint folders as they are published, by the record in test/fixtures/published: its file names, its configs
 * with sizes and ids scaled down to those of a fixture, whose weights stand in for the real ones.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { torchStateDict } from '../unit/checkpoint/torchFile.ts';
import { readTensors, safetensorsOf, type Tensors } from './editedCheckpoint.ts';
import { fixturesFolder } from './referenceFixture.ts';

const jsonSchema = z.record(z.string(), z.unknown());
type Json = z.output<typeof jsonSchema>;

const configSchema = z.object({
  /** Only some keys were found; the fixture's stand in for the others. */
  partial: z.boolean().default(false),
  config: jsonSchema,
  generationConfig: jsonSchema.optional(),
  processorConfig: jsonSchema.optional(),
  addedTokens: z.record(z.string(), z.int()).optional(),
});

const repositorySchema = z.object({
  repository: z.string(),
  listing: z.url(),
  /** Fixture whose weights and tokenizers are used. */
  standIn: z.string(),
  config: z.string().optional(),
  preprocessor: z.string().optional(),
  /** Sizes as the hub shows them, null where not found. */
  files: z.record(z.string(), z.string().nullable()),
  expected: z.union([z.literal('imported'), z.object({ code: z.string(), message: z.string() })]),
});
export type PublishedRepository = z.output<typeof repositorySchema>;

const recordSchema = z.object({
  configs: z.record(z.string(), configSchema),
  preprocessors: z.record(z.string(), z.object({ content: jsonSchema })),
  adapterConfigs: z.array(z.object({ origin: z.url(), content: jsonSchema })),
  repositories: z.array(repositorySchema),
});

const recordFile = new URL('../fixtures/published/repositories.json', import.meta.url);
export const publishedRecord = recordSchema.parse(JSON.parse(await readFile(recordFile, 'utf8')));

/** Writes a folder of the repository's layout. Files that no importer reads hold a few bytes. */
export async function writePublishedLayout(repository: PublishedRepository, folder: string): Promise<void> {
  const standIn = await readStandIn(repository.standIn);
  const contents = contentsOf(repository, standIn);
  for (const name of Object.keys(repository.files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contents(name));
  }
}

interface StandIn {
  readonly config: Json;
  readonly generationConfig: Json;
  readonly tensors: Tensors;
  /** Tokenizer files, by their path in the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
}

async function readStandIn(fixture: string): Promise<StandIn> {
  const folder = path.join(fixturesFolder, fixture);
  const read = (name: string) => readFile(path.join(folder, name)).catch(() => undefined);
  const json = (bytes: Buffer | undefined) => jsonSchema.parse(JSON.parse(bytes?.toString() ?? '{}'));
  const files = new Map<string, Buffer>();
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    for (const file of [name, `qformer_tokenizer/${name}`]) {
      const content = await read(file);
      if (content !== undefined) files.set(file, content);
    }
  }
  return {
    config: json(await read('config.json')),
    generationConfig: json(await read('generation_config.json')),
    tensors: await readTensors(folder),
    files,
  };
}

function contentsOf(repository: PublishedRepository, standIn: StandIn): (name: string) => string | Buffer {
  const published = repository.config === undefined ? undefined : publishedRecord.configs[repository.config];
  const preprocessor =
    repository.preprocessor === undefined ? undefined : publishedRecord.preprocessors[repository.preprocessor];
  const partSize = jsonSchema.parse(standIn.config.vision_config).image_size;
  const weights = weightFiles(Object.keys(repository.files), standIn.tensors);
  return (name) => {
    const written = weights.get(name) ?? standIn.files.get(name);
    if (written !== undefined) return written;
    const json = (content: unknown) => JSON.stringify(content, null, 2);
    switch (path.basename(name)) {
      case 'config.json':
        return json(published === undefined ? standIn.config : scaled(published, standIn.config));
      case 'generation_config.json':
        return json(scaleDown(published?.generationConfig ?? standIn.generationConfig, standIn.generationConfig));
      case 'preprocessor_config.json':
        return json({ ...preprocessor?.content, size: scaledSize(preprocessor?.content.size, partSize) });
      case 'processor_config.json':
        return json({ ...published?.processorConfig, num_query_tokens: standIn.config.num_query_tokens });
      case 'added_tokens.json':
        return json(name.includes('/') ? {} : addedTokens(published?.addedTokens ?? {}, standIn));
      case 'adapter_config.json':
        return json(publishedRecord.adapterConfigs[0]?.content);
      // the stand-in's tokenizer_config.json names them
      case 'special_tokens_map.json':
        return json({});
      case 'vocab.txt':
        return wordPieces(standIn, path.posix.join(path.posix.dirname(name), 'tokenizer.json'));
      default:
        return 'not read';
    }
  };
}

/** What config.json says of sizes; a published one leaves out those that equal the class default. */
const sizeKey =
  /^(hidden_size|intermediate_size|num_(hidden_layers|attention_heads|key_value_heads|layers|decoder_layers|heads|query_tokens)|head_dim|image_size|patch_size|vocab_size|max_position_embeddings|d_(model|ff|kv)|ffn_dim|word_embed_proj_dim|encoder_hidden_size|cross_attention_frequency|image_text_hidden_size|relative_attention_num_buckets)$/;
const idKey = /_token_id$|^image_token_index$/;

function scaled({ config, partial }: z.output<typeof configSchema>, standIn: Json): Json {
  return scaleDown(partial ? merged(standIn, config) : config, standIn);
}

/** The published values, with the sizes and the ids of the stand-in. Ids that are none (−1) stay what they are. */
function scaleDown(published: Json, standIn: Json): Json {
  const result: Json = { ...published };
  for (const [key, value] of Object.entries(standIn)) {
    const own = published[key];
    const part = jsonSchema.safeParse(value);
    if (part.success) result[key] = scaleDown(jsonSchema.safeParse(own).data ?? {}, part.data);
    else if (sizeKey.test(key) || (idKey.test(key) && typeof own === 'number' && own >= 0)) result[key] = value;
  }
  return result;
}

function merged(base: Json, over: Json): Json {
  const result: Json = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const parts = [base[key], value].map((part) => jsonSchema.safeParse(part).data);
    const [under, above] = parts;
    result[key] = under === undefined || above === undefined ? value : merged(under, above);
  }
  return result;
}

/** In the form in which it is published: one number, or two. */
function scaledSize(published: unknown, side: unknown): unknown {
  return typeof published === 'number' ? side : { height: side, width: side };
}

const tokenizerSchema = z.object({
  added_tokens: z.array(z.object({ content: z.string(), id: z.int() })),
  model: z.object({ vocab: z.union([z.record(z.string(), z.int()), z.array(z.unknown())]) }),
});

function tokenizerOf({ files }: StandIn, name: string) {
  return tokenizerSchema.parse(JSON.parse(files.get(name)?.toString() ?? 'null'));
}

/** Under the ids of the stand-in's tokenizer; those that it does not have, beyond all others. */
function addedTokens(published: Readonly<Record<string, number>>, standIn: StandIn): Json {
  const known = new Map(tokenizerOf(standIn, 'tokenizer.json').added_tokens.map(({ content, id }) => [content, id]));
  return Object.fromEntries(Object.keys(published).map((token, i) => [token, known.get(token) ?? 1_000_000 + i]));
}

function wordPieces(standIn: StandIn, tokenizer: string): string {
  const { vocab } = tokenizerOf(standIn, path.posix.normalize(tokenizer)).model;
  const pieces = Object.entries(vocab).sort(([, a], [, b]) => Number(a) - Number(b));
  return pieces.map(([piece]) => `${piece}\n`).join('');
}

/** Names that PyTorch stores one tensor under. */
const tied = [
  ['language_model.shared.weight', 'language_model.decoder.embed_tokens.weight'],
  ['language_model.shared.weight', 'language_model.encoder.embed_tokens.weight'],
  ['language_model.model.decoder.embed_tokens.weight', 'language_model.lm_head.weight'],
] as const;

/** Buffers that older PyTorch files carry. */
const buffers = ['text_decoder.bert.embeddings.position_ids', 'text_encoder.embeddings.position_ids'];

function weightFiles(names: readonly string[], tensors: Tensors): Map<string, Buffer> {
  const all: Tensors = new Map(tensors);
  for (const [first, second] of tied) {
    const tensor = all.get(first);
    if (tensor !== undefined && !all.has(second)) all.set(second, tensor);
  }
  const pairs = tied.filter(([first, second]) => all.has(first) && all.get(first) === all.get(second));
  const files = new Map<string, Buffer>();
  for (const [extension, stem, index] of [
    ['bin', 'pytorch_model', 'pytorch_model.bin.index.json'],
    ['safetensors', 'model', 'model.safetensors.index.json'],
  ] as const) {
    const shards = names.filter((name) => new RegExp(`^${stem}(-\\d+-of-\\d+)?\\.${extension}$`).test(name)).sort();
    const parts = partsOf([...all.keys()], pairs, shards.length);
    const weightMap: Record<string, string> = {};
    shards.forEach((shard, i) => {
      const part = parts[i] ?? [];
      for (const tensor of part) weightMap[tensor] = shard;
      files.set(shard, extension === 'bin' ? torchFileOf(part, all) : convertedFile(part, pairs, all));
    });
    if (!names.includes(index)) continue;
    const missing = { 'vision_model.embeddings.class_embedding': `${stem}-00001-of-00002.${extension}` };
    files.set(
      index,
      Buffer.from(JSON.stringify({ metadata: {}, weight_map: shards.length > 0 ? weightMap : missing })),
    );
  }
  return files;
}

type Pairs = readonly (readonly [string, string])[];

/** As PyTorch's own sharding has it: tied tensors stay together. */
function partsOf(all: readonly string[], pairs: Pairs, count: number): string[][] {
  const names = all.filter((name) => !pairs.some(([, second]) => second === name));
  const perPart = Math.ceil(names.length / Math.max(1, count));
  return Array.from({ length: count }, (_, i) => {
    const part = names.slice(i * perPart, (i + 1) * perPart);
    return [...part, ...pairs.filter(([first]) => part.includes(first)).map(([, second]) => second)];
  });
}

function torchFileOf(names: readonly string[], tensors: Tensors): Buffer {
  const part = names.map((name) => [name, tensors.get(name)] as const);
  const data = new Uint8Array(new BigInt64Array(4).buffer);
  const extra = buffers
    .filter((name) => names.some((other) => other.startsWith(name.replace(/position_ids$/, ''))))
    .map((name) => [name, { dtype: 'I64', shape: [1, 4], data }] as const);
  return torchStateDict(new Map([...part, ...extra].flatMap(([name, tensor]) => (tensor ? [[name, tensor]] : []))));
}

/**
 * As huggingface/safetensors' convert.py makes it: of tied tensors the first by name is kept, the header says what the
 * others were, and the index, which is the old one, goes on promising them.
 */
function convertedFile(names: readonly string[], pairs: Pairs, tensors: Tensors): Buffer {
  const metadata: Record<string, string> = { format: 'pt' };
  for (const first of new Set(pairs.map(([name]) => name))) {
    const group = [first, ...pairs.filter(([other]) => other === first).map(([, second]) => second)];
    const [kept, ...others] = group.filter((name) => names.includes(name)).sort();
    if (kept !== undefined) for (const other of others) metadata[other] = kept;
  }
  const stored = names.filter((name) => !(name in metadata));
  return safetensorsOf(stored, tensors, metadata);
}
