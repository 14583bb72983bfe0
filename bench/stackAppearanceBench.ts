/**
 * @file `VIGNETTE_BENCH_PYTHON=PYTHON npm run bench stack-appearance [SCENES] [SIZE_PX]`: what tells better whether two photos
 * belong in one stack, their perceptual hashes or the vectors of a matching model. On drawn scenes, of which is known what
 * belongs together, with the bundled model, which knows such scenes and nothing else; and by hashes alone on the real photos
 * of the folder `VIGNETTE_REAL_IMAGES`, where there is one.
 */
import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { looksOf } from '../main/library/images/looks.ts';
import { hashDistance, hashHalves } from '../main/library/photos/perceptualHash.ts';
import { pooledVector, product } from '../main/library/search/vectors/pooling.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import { drawnScenes } from './drawnScenes.ts';
import { variantsOf } from './photoVariants.ts';
import { median, type Row } from './report.ts';
import { quantile, separation } from './separation.ts';

const modelFolder = path.join(import.meta.dirname, '../resources/demo-model/compiled/demo-matching');
const imagesTogether = 16;
/** As where time or name speaks for a stack (main/library/photos/stackPhotos.ts). */
const maxBits = 18;
/** Of vectors, from 0, what two scenes typically have, to 1, what two equal photos have: near, and far. */
const near = 0.9;
const far = 0.5;

/** Drawn from the same scene, and yet of another. */
const drawnOthers = [
  'another thing in its place',
  'the same words, drawn anew',
  'the same landscape, other things',
] as const;

interface Look {
  readonly hash: readonly [number, number];
  readonly vector?: Float32Array;
}

interface Pair {
  readonly kind: string;
  readonly belongs: boolean;
  readonly bits: number;
  readonly cosine: number;
}

export async function stackAppearanceBench([count = '150', sizePx = '360']: readonly string[]): Promise<Row[]> {
  const drawn = await drawnPairs(Number(count), Number(sizePx));
  const real = await realPairs();
  return [
    ...rowsOf('drawn', drawn),
    ...(real.length === 0 ? [] : rowsOf('real', real)),
    ...voicesOf('drawn', drawn),
    ...(real.length === 0 ? [] : voicesOf('real', real)),
  ];
}

async function drawnPairs(count: number, sizePx: number): Promise<Pair[]> {
  await using drawn = await drawnScenes(count, sizePx, { others: true });
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await using host = ModelHost.start();
  await host.load(modelFolder, { device: 'cpu' });
  const scenes: Map<string, Look>[] = [];
  for (const [index, { file, others }] of drawn.scenes.entries()) {
    const files = await variantsOf({ file, others }, { folder: folder.path, index });
    scenes.push(await looks(files, host));
  }
  return pairsOf(scenes);
}

/** Without vectors: the bundled model knows nothing of what they show. */
async function realPairs(): Promise<Pair[]> {
  const from = process.env.VIGNETTE_REAL_IMAGES;
  if (from === undefined) return [];
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const scenes: Map<string, Look>[] = [];
  for (const name of ['cameras', 'cameras/exif-org', 'cameras/gps']) {
    const names = (await readdir(path.join(from, name))).filter((file) => file.endsWith('.jpg')).sort();
    for (const file of names) {
      const options = { folder: folder.path, index: scenes.length };
      scenes.push(await looks(await variantsOf({ file: path.join(from, name, file), others: {} }, options)));
    }
  }
  return pairsOf(scenes);
}

async function looks(files: ReadonlyMap<string, string>, host?: ModelHost): Promise<Map<string, Look>> {
  const vectors = new Map<string, Float32Array>();
  const all = [...files.values()];
  for (let at = 0; host !== undefined && at < all.length; at += imagesTogether) {
    for (const embedded of await host.embedImages({ images: all.slice(at, at + imagesTogether) })) {
      if (!('embedding' in embedded)) throw new Error(`${embedded.image} was not read`);
      const { data, ...shape } = embedded.embedding;
      // As the index keeps them.
      vectors.set(embedded.image, pooledVector(Float16Array.from(data), shape));
    }
  }
  const found = new Map<string, Look>();
  for (const [name, file] of files) {
    const hash = hashHalves(Buffer.from((await looksOf(await readFile(file))).hash));
    const vector = vectors.get(file);
    if (hash !== undefined) found.set(name, { hash, ...(vector && { vector }) });
  }
  return found;
}

function pairsOf(scenes: readonly ReadonlyMap<string, Look>[]): Pair[] {
  const pairs: Pair[] = [];
  for (const [index, scene] of scenes.entries()) {
    const photo = scene.get('plain');
    if (photo === undefined) continue;
    for (const [kind, other] of scene) {
      const belongs = !drawnOthers.some((name) => name === kind);
      if (other !== photo) pairs.push({ kind, belongs, ...apart(photo, other) });
    }
    for (const another of scenes.slice(index + 1)) {
      const other = another.get('plain');
      if (other !== undefined) pairs.push({ kind: 'another scene', belongs: false, ...apart(photo, other) });
    }
  }
  return pairs;
}

function apart(a: Look, b: Look): Pick<Pair, 'bits' | 'cosine'> {
  const cosine = a.vector === undefined || b.vector === undefined ? Number.NaN : product(a.vector, b.vector);
  return { bits: hashDistance(a.hash, b.hash), cosine };
}

function rowsOf(photos: string, pairs: readonly Pair[]): Row[] {
  const byVector = nearness(pairs);
  return [...Map.groupBy(pairs, ({ kind }) => kind)].map(([kind, ofKind]) => {
    const bits = ofKind.map((pair) => pair.bits);
    const belongs = ofKind[0]?.belongs === true;
    const row: Row = {
      photos,
      pairs: kind,
      belong: belongs ? 'yes' : 'no',
      number: ofKind.length,
      'bits, p50': median(bits),
      // Towards where they would be taken for the other.
      'bits, worst 5 %': quantile(bits, belongs ? 0.95 : 0.05),
      stacked: share(ofKind, isAlike),
    };
    if (byVector === undefined) return row;
    const cosines = ofKind.map((pair) => pair.cosine);
    return {
      ...row,
      'cosine, p50': median(cosines),
      'cosine, worst 5 %': quantile(cosines, belongs ? 0.05 : 0.95),
      'stacked, or vectors near': share(ofKind, (pair) => isAlike(pair) || byVector(pair) >= near),
      'stacked, unless vectors far': share(ofKind, (pair) => isAlike(pair) && byVector(pair) >= far),
    };
  });
}

function isAlike({ bits }: Pair): boolean {
  return bits <= maxBits;
}

/** What counts of a model's vectors, as scores of different models are not comparable; undefined without vectors. */
function nearness(pairs: readonly Pair[]): ((pair: Pair) => number) | undefined {
  const typical = median(pairs.filter(({ kind }) => kind === 'another scene').map(({ cosine }) => cosine));
  return Number.isFinite(typical) ? ({ cosine }) => (cosine - typical) / (1 - typical) : undefined;
}

/** Against all scenes, and against each kind of those that are hard to tell apart. */
function voicesOf(photos: string, pairs: readonly Pair[]): Row[] {
  const [yes, no] = [pairs.filter(({ belongs }) => belongs), pairs.filter(({ belongs }) => !belongs)];
  const byVector = nearness(pairs);
  const voices: Record<string, (pair: Pair) => number> = {
    hashes: ({ bits }) => -bits,
    ...(byVector && { vectors: ({ cosine }) => cosine, both: (pair) => 1 - pair.bits / 32 + byVector(pair) }),
  };
  return [...Map.groupBy(no, ({ kind }) => kind)].flatMap(([kind, others]) =>
    Object.entries(voices).map(([voice, of]) => ({
      photos,
      pairs: `against ${kind}`,
      voice,
      ...figuresOf(yes, others, of),
    })),
  );
}

const wrongShares = [0.01, 0.05];

/** @param voice is larger for what belongs together */
function figuresOf(yes: readonly Pair[], no: readonly Pair[], voice: (pair: Pair) => number): Row {
  const { areaUnderRoc, limits } = separation(yes.map(voice), no.map(voice), wrongShares);
  const row: Row = { 'area under ROC': areaUnderRoc };
  for (const { wrong, limit, missed } of limits) {
    row[`limit at ${wrong * 100} % wrong`] = Math.abs(limit);
    row[`missed at ${wrong * 100} % wrong`] = missed;
  }
  return row;
}

function share(pairs: readonly Pair[], holds: (pair: Pair) => boolean): number {
  return pairs.filter(holds).length / pairs.length;
}
