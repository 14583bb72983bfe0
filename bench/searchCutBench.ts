/**
 * @file `VIGNETTE_BENCH_PYTHON=PYTHON npm run bench search-cut [SCENES] [SIZE_PX]`: where a ranking by similarity ends, on drawn
 * scenes of which is known what they show: photos before our cut against those before simpler ones, by what is asked for.
 * Asked for are all tags of the world, and the things with a color that most scenes have.
 */
import { fileURLToPath } from 'node:url';
import { beforeCut, type Scored, sampleOf } from '../main/library/search/similarityCut.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import type { Embedding } from '../native-models/runtime/protocol.ts';
import { drawnScenes, type Scene } from './drawnScenes.ts';
import type { Row } from './report.ts';

const modelFolder = fileURLToPath(new URL('../resources/demo-model/compiled/demo-matching', import.meta.url));
const queryCount = 70;
const imagesTogether = 16;
const textsTogether = 32;

type Cut = (ranking: readonly Scored[], sample: readonly Scored[]) => readonly Scored[];

const cuts: readonly (readonly [string, Cut])[] = [
  ['where the scores fall off', beforeCut],
  ['half-way from a typical photo to the best', halfWay],
  ['the first 10', (ranking) => ranking.slice(0, 10)],
  ['the first 20', (ranking) => ranking.slice(0, 20)],
  ['the first 50', (ranking) => ranking.slice(0, 50)],
];

export async function searchCutBench([count = '300', sizePx = '224']: readonly string[]): Promise<Row[]> {
  await using drawn = await drawnScenes(Number(count), Number(sizePx));
  const { scenes } = drawn;
  const queries = queriesOf(scenes);
  await using host = ModelHost.start();
  await host.load(modelFolder, { device: 'cpu' });
  const pictures = await picturesOf(host, scenes);
  const texts: Embedding[] = [];
  for (let at = 0; at < queries.length; at += textsTogether) {
    const asked = queries.slice(at, at + textsTogether);
    texts.push(...(await host.embedTexts({ texts: asked })));
  }
  const rankings = queries.map((text, index) => {
    const vector = texts[index]?.data ?? new Float32Array();
    const scored = pictures.map((picture, photoId) => ({ photoId, score: similarity(vector, picture) }));
    const sampled = new Set(sampleOf(scored.map(({ photoId }) => photoId)));
    const wanted = new Set(scored.filter(({ photoId }) => shows(scenes[photoId], text)).map(({ photoId }) => photoId));
    const ranking = scored.toSorted((one, other) => other.score - one.score);
    return { ranking, sample: scored.filter(({ photoId }) => sampled.has(photoId)), wanted };
  });
  return cuts.map(([cut, before]) => {
    const [precisions, recalls, lengths]: [number[], number[], number[]] = [[], [], []];
    for (const { ranking, sample, wanted } of rankings) {
      const found = before(ranking, sample);
      const right = found.filter(({ photoId }) => wanted.has(photoId)).length;
      precisions.push(found.length === 0 ? 0 : right / found.length);
      recalls.push(right / wanted.size);
      lengths.push(found.length);
    }
    const [precision, recall] = [mean(precisions), mean(recalls)];
    return {
      cut,
      scenes: scenes.length,
      queries: queries.length,
      precision,
      recall,
      F1: (2 * precision * recall) / (precision + recall),
      'photos found': mean(lengths),
      'photos wanted': mean(rankings.map(({ wanted }) => wanted.size)),
    };
  });
}

/** Each word that any scene is tagged with, then things with a color, those of most scenes first. */
function queriesOf(scenes: readonly Scene[]): string[] {
  const words = [...new Set(scenes.flatMap(({ tags }) => tags))].sort();
  const things = Map.groupBy(
    scenes.flatMap((scene) => coloredThings(scene)),
    (thing) => thing,
  );
  const common = [...things].sort(([, one], [, other]) => other.length - one.length).map(([thing]) => thing);
  return [...words, ...common].slice(0, queryCount);
}

function coloredThings({ groups }: Scene): string[] {
  return groups.map(({ color, kind }) => `${color} ${kind}`);
}

function shows(scene: Scene | undefined, text: string): boolean {
  return scene !== undefined && [...scene.tags, ...coloredThings(scene)].includes(text);
}

async function picturesOf(host: ModelHost, scenes: readonly Scene[]): Promise<Embedding[]> {
  const pictures: Embedding[] = [];
  for (let at = 0; at < scenes.length; at += imagesTogether) {
    const images = scenes.slice(at, at + imagesTogether).map(({ file }) => file);
    for (const embedded of await host.embedImages({ images })) {
      if (!('embedding' in embedded)) throw new Error(`${embedded.image} was not read`);
      pictures.push(embedded.embedding);
    }
  }
  return pictures;
}

/** As the index scores: by the picture's vector that is nearest to the text. */
function similarity(text: Float32Array, { data, vectors, size }: Embedding): number {
  let best = -1;
  for (let vector = 0; vector < vectors; vector += 1) {
    let product = 0;
    for (let value = 0; value < size; value += 1) product += (text[value] ?? 0) * (data[vector * size + value] ?? 0);
    best = Math.max(best, product);
  }
  return best;
}

function halfWay(ranking: readonly Scored[], sample: readonly Scored[]): readonly Scored[] {
  const typical =
    sample.map(({ score }) => score).sort((one, other) => other - one)[Math.floor(sample.length / 2)] ?? 0;
  const best = ranking[0]?.score ?? typical;
  return ranking.filter(({ score }) => score >= (typical + best) / 2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
