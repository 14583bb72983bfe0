/**
 * @file `VIGNETTE_BENCH_PYTHON=PYTHON npm run bench explain [SCENES] [SIZE_PX]`: whether the region that the bundled model
 * takes a word from is where the thing is that the word names, and how long a caption takes to be explained. On drawn scenes
 * whose geometry is known (scenes.py, which needs Pillow).
 */
import path from 'node:path';
import { loadModel } from '../../native-models/architectures/models.ts';
import type { Region } from '../../native-models/explanation/explanation.ts';
import { Answerer } from '../../native-models/runtime/answerer.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import { type Box, drawnScenes } from '../drawnScenes.ts';
import { median, type Row } from '../report.ts';

const modelFolder = path.join(import.meta.dirname, '../../resources/demo-model/compiled/demo');

/** Of what the things of a word cover. */
const coveredFrom = 0.75;

export async function explainBench([count = '200', sizePx = '448']: readonly string[]): Promise<Row[]> {
  await using drawn = await drawnScenes(Number(count), Number(sizePx));
  const { scenes } = drawn;
  const { model, manifest } = await loadModel(modelFolder, defaultSessionSettings);
  await using _ = model;
  const answerer = new Answerer(model, manifest, { batch: 1 });
  const signal = new AbortController().signal;
  const [wallMs, cpuMs, words]: [number[], number[], number[]] = [[], [], []];
  const [covered, overlaps, areas, others]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const { file: image, caption, groups } of scenes) {
    const before = process.cpuUsage();
    const explanation = await answerer.explain({ image, prompt: 'a photo of', kind: 'text', text: caption }, signal);
    const { user, system } = process.cpuUsage(before);
    wallMs.push(explanation.totalMs);
    cpuMs.push((user + system) / 1000);
    words.push(explanation.words.length);
    for (const { word, boxes } of groups) {
      const found = explanation.words.find(({ start, end }) => explanation.text.slice(start, end) === word);
      const box = around((found?.regions ?? []).map(boxOf));
      const truth = around(boxes);
      const elsewhere = groups.filter((group) => group.word !== word).flatMap((group) => group.boxes);
      covered.push(share(boxes, box));
      overlaps.push(shared(box, truth) / (area(box) + area(truth) - shared(box, truth)));
      areas.push(area(box));
      if (elsewhere.length > 0) others.push(share(elsewhere, box));
    }
  }
  const part = (values: readonly number[], from: number) =>
    values.filter((value) => value >= from).length / values.length;
  return [
    {
      scenes: scenes.length,
      words: covered.length,
      'thing covered': part(covered, coveredFrom),
      'IoU of 0.5': part(overlaps, 0.5),
      'mean IoU': mean(overlaps),
      'box of the picture': mean(areas),
      'other thing covered': part(others, coveredFrom),
      'caption ms p50': median(wallMs.slice(1)),
      'caption CPU ms p50': median(cpuMs.slice(1)),
      'words of a caption': mean(words),
    },
  ];
}

function boxOf({ left, top, width, height }: Region): Box {
  return [left, top, left + width, top + height];
}

function around(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return [0, 0, 0, 0];
  const side = (index: 0 | 1 | 2 | 3) => boxes.map((box) => box[index]);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

function area([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}

function shared(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, width) * Math.max(0, height);
}

/** How much of the things lies in the box. */
function share(things: readonly Box[], box: Box): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return sum(things.map((thing) => shared(thing, box))) / sum(things.map(area));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
