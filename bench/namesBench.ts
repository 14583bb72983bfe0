/**
 * @file `npm run bench names [FOLDER]`: whether a matching model tells true names in a caption from false ones, by the
 * sentence's score with and without the name, on the demo photos. FOLDER is a compiled matching model; the bundled one by
 * default. A name is caught where it lowers the score by a quarter.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import type { Row } from './report.ts';

const resources = fileURLToPath(new URL('../resources', import.meta.url));
const scenesSchema = z.array(z.object({ file: z.string(), caption: z.string(), tags: z.array(z.string()) }));

const grounds = {
  sea: 'the blue sea',
  desert: 'a sandy desert',
  field: 'a green field',
  street: 'a grey street',
  snow: 'a snowy plain',
};
const people = ['Anna', 'Ben', 'Maria', 'John', 'Wei'];
const towns = ['Lisbon', 'Nice', 'Berlin', 'Kyoto', 'Brest'];
const caughtFrom = 0.25;

export async function namesBench(flags: readonly string[]): Promise<Row[]> {
  const scenes = scenesSchema.parse(
    JSON.parse(await readFile(path.join(resources, 'demo-photos/photos.json'), 'utf8')),
  );
  await using host = ModelHost.start();
  await host.load(flags[0] ?? path.join(resources, 'demo-model/compiled/demo-matching'), { device: 'cpu' });
  const drops = new Map<string, number[]>();
  for (const [index, { file, caption, tags }] of scenes.entries()) {
    for (const [what, named, without] of pairsOf(caption, tags, index)) {
      const image = path.join(resources, 'demo-photos', file);
      const matches = await host.match({ image, texts: [named, without], itmOnly: true });
      const scoreOf = (text: string) => matches.find((match) => match.text === text)?.itm ?? Number.NaN;
      drops.set(what, [...(drops.get(what) ?? []), scoreOf(without) - scoreOf(named)]);
    }
  }
  return [...drops].map(([what, all]) => ({
    what,
    captions: all.length,
    caught: all.filter((drop) => drop > caughtFrom).length,
    'median drop': all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN,
  }));
}

/** What is named, the sentence with the name, and without it. */
function pairsOf(caption: string, tags: readonly string[], index: number): (readonly [string, string, string])[] {
  const ground = /(?: on| in| above) ((?:the|a) (?:blue|sandy|green|grey|snowy) (?:sea|desert|field|street|plain))/;
  const [phrase = '', trueGround = ''] = ground.exec(caption) ?? [];
  const base = caption.replace(phrase, '');
  const others = Object.entries(grounds).filter(([tag]) => !tags.includes(tag));
  const [, falseGround = ''] = others[index % others.length] ?? [];
  const person = people[index % people.length] ?? '';
  return [
    ['a place that the model knows, true', `${base} in ${trueGround}`, base],
    ['a place that the model knows, false', `${base} in ${falseGround}`, base],
    ['a town', `${caption} in ${towns[index % towns.length]}`, caption],
    ['a person', `${person} with ${caption}`, caption],
    ['a person, against “a person”', `${person} with ${caption}`, `a person with ${caption}`],
  ];
}
