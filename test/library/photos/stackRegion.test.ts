/** @file What a change of some photos can reach: their stacks made anew, and those of the whole folder, are the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byName, type StackablePhoto, stackPhotos } from '../../../main/library/photos/stackPhotos.ts';
import { type FolderPhotos, type StackPlace, stacksAround } from '../../../main/library/photos/stackRegion.ts';
import { nameOrder } from '../../../main/library/text/nameOrder.ts';

/** Few names and times, so that much belongs together; copies, copies of copies, raw files, Apple's edited ones. */
const stem = fc.constantFrom(
  'img_1',
  'img_2',
  'img_3',
  'IMG_E1',
  'img_e2',
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
  'h 2',
  'h',
);
const photo = fc.record({
  name: fc
    .tuple(
      stem,
      fc.constantFrom('', '', '', '-edited', ' copy', '-edited (1)'),
      fc.constantFrom('.jpg', '.jpg', '.png', '.cr3'),
    )
    .map((parts) => parts.join('')),
  takenAtMs: fc.option(
    fc.integer({ min: 0, max: 40 }).map((second) => second * 1000),
    { freq: 2 },
  ),
  camera: fc.constantFrom('A', 'A', 'B'),
  bits: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 6 }),
});
type Photo = typeof photo extends fc.Arbitrary<infer Value> ? Value : never;
const photos = fc.uniqueArray(photo, { maxLength: 30, selector: ({ name }) => name.toLowerCase() });

function stackable({ name, takenAtMs, camera, bits }: Photo, id: number): StackablePhoto {
  const ones = (n: number) => (n <= 0 ? 0 : n >= 32 ? 0xffffffff : 2 ** n - 1);
  const hash = bits === null ? null : ([ones(bits - 32), ones(Math.min(32, bits))] as const);
  return { id, name, nameOrder: nameOrder(name), takenAtMs, camera, isRaw: name.endsWith('.cr3'), hash };
}

/** As the catalog answers, and which photos it was asked for. */
function folderOf(all: readonly StackablePhoto[], limit = 1000) {
  const asked = new Set<number>();
  const told = (found: readonly StackablePhoto[], count = limit) => {
    const some = found.slice(0, count);
    for (const { id } of some) asked.add(id);
    return some;
  };
  const timeless = all.filter(({ takenAtMs, hash }) => takenAtMs === null && hash !== null).toSorted(byName);
  const folder: FolderPhotos = {
    limit,
    beginning: (start) => told(all.filter((one) => one.nameOrder.startsWith(nameOrder(start)))),
    takenBetween: (fromMs, toMs) =>
      told(all.filter(({ takenAtMs }) => takenAtMs !== null && fromMs <= takenAtMs && takenAtMs <= toMs)),
    timeless: (name, side, count) =>
      side === 'after'
        ? told(
            timeless.filter((one) => one.nameOrder >= nameOrder(name)),
            count,
          )
        : told(timeless.filter((one) => one.nameOrder < nameOrder(name)).toReversed(), count),
  };
  return { folder, asked };
}

const sorted = (stacks: readonly (readonly StackablePhoto[])[]) =>
  stacks.map((stack) => stack.map(({ name }) => name).join(' ')).toSorted();

function placeOf({ name, takenAtMs }: StackablePhoto): StackPlace {
  return { name, takenAtMs };
}

it('gives the stacks of the whole folder, whatever changed', () => {
  const change = fc.record({ index: fc.nat(29), to: fc.option(photo, { freq: 4 }) });
  fc.assert(
    fc.property(photos, fc.array(change, { minLength: 1, maxLength: 4 }), (before, changes) => {
      const old = before.map((one, index) => stackable(one, index + 1));
      const now = new Map(old.map((one) => [one.id, one]));
      const places: StackPlace[] = [];
      for (const [extra, { index, to }] of changes.entries()) {
        const id = index < old.length ? index + 1 : 100 + extra;
        const was = now.get(id);
        const others = [...now.values()].filter((one) => one.id !== id);
        // Two photos of a folder have two names.
        if (to !== null && others.some(({ name }) => name.toLowerCase() === to.name.toLowerCase())) continue;
        if (was !== undefined) places.push(placeOf(was));
        now.delete(id);
        if (to === null) continue;
        const changed = stackable(to, id);
        now.set(id, changed);
        places.push(placeOf(changed));
      }
      const region = stacksAround(places, folderOf([...now.values()]).folder);
      const kept = stackPhotos(old).filter((stack) =>
        stack.every(({ id }) => now.has(id) && region?.photoIds.has(id) === false),
      );
      expect(sorted([...kept, ...(region?.stacks ?? [])])).toEqual(sorted(stackPhotos([...now.values()])));
    }),
    { numRuns: 3000 },
  );
});

it('looks at few photos of a large folder, and gives up where a change reaches far', () => {
  const bitsOf = (index: number) => (index * 7) % 41;
  const many = Array.from({ length: 5000 }, (_, index) =>
    stackable({ name: `x_${index}.jpg`, takenAtMs: index * 5000, camera: 'A', bits: bitsOf(index) }, index + 1),
  );
  const timeless = Array.from({ length: 5000 }, (_, index) =>
    stackable({ name: `y_${index}.jpg`, takenAtMs: null, camera: 'A', bits: index % 2 === 0 ? 0 : 40 }, 5001 + index),
  );
  const { folder, asked } = folderOf([...many, ...timeless]);
  const places = [many[2500], timeless[2500]].flatMap((one) => (one === undefined ? [] : [placeOf(one)]));
  expect(stacksAround(places, folder)?.stacks).toEqual([]);
  expect(asked.size).toBeLessThan(100);
  const alike = timeless.map((one) => ({ ...one, hash: [0, 0] as const }));
  expect(stacksAround(places, folderOf(alike).folder)).toBeUndefined();
});
