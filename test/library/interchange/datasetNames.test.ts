/** @file Names and splits of pictures in a dataset folder. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetNames, isOpenedByDatasets } from '../../../main/library/interchange/datasetNames.ts';
import { splitNames, splitOf } from '../../../main/library/interchange/datasetSplit.ts';

describe('the name of a picture in a dataset', () => {
  it.each([
    ['is the file’s own', ['Coast/a.jpg', 'Town/b.jpg'], ['a.jpg', 'b.jpg']],
    ['has the folders in front where another has it', ['Coast/a.jpg', 'Town/A.JPG'], ['a.jpg', 'Town_A.JPG']],
    ['has a number where that is no help', ['a.jpg', 'x/a.jpg', 'x_a.jpg'], ['a.jpg', 'x_a.jpg', 'x_a-2.jpg']],
    ['is one on disks that compose letters', ['e\u0301.jpg', 'x/\u00e9.jpg'], ['\u00e9.jpg', 'x_\u00e9.jpg']],
    ['is not hidden, nor a device of Windows', ['.a.jpg', 'nul.jpg', 'com1.png'], ['_a.jpg', 'nul_.jpg', 'com1_.png']],
    ['has no characters that a system refuses', ['a:b?.jpg', 'c\u0007.jpg'], ['a_b_.jpg', 'c_.jpg']],
  ])('%s', (_case, files, names) => {
    expect(datasetNames(files)).toEqual(names);
  });

  it('is never that of another, whatever the files are called', () => {
    const part = fc.stringMatching(/^[aA.é_-]{1,3}$/);
    const file = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.jpg`);
    fc.assert(
      fc.property(fc.uniqueArray(file, { maxLength: 12 }), (files) => {
        const names = datasetNames(files);
        expect(new Set(names.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(files.length);
        for (const name of names) expect(name).toMatch(/^[^./\\][^/\\]*\.jpg$/);
      }),
      { numRuns: 200 },
    );
  });

  it('fits on a disk, however long the file’s is', () => {
    const [first = '', second = ''] = datasetNames([`${'海'.repeat(80)}.jpg`, `x/${'海'.repeat(80)}.jpg`]);
    expect(Buffer.byteLength(first)).toBeLessThan(255);
    expect(Buffer.byteLength(second)).toBeLessThan(255);
    expect(first).not.toBe(second);
  });
});

it('pictures that the datasets library passes over are known by their extension', () => {
  expect(['a.JPG', 'b.jpeg', 'c.tiff', 'd.webp'].every(isOpenedByDatasets)).toBe(true);
  expect(['a.heic', 'b.cr3', 'c.avif', 'd.jxl', 'jpg', '.jpg'].some(isOpenedByDatasets)).toBe(false);
});

describe('the split of a picture', () => {
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
  const shares = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    .map(([a, b]) => ({ train: a, validation: b - a, test: 100 - b }));

  it('is one that has a share, and stays the same while that share only grows', () => {
    fc.assert(
      fc.property(hash, shares, (sha256, wanted) => {
        expect(wanted[splitOf(sha256, wanted)]).toBeGreaterThan(0);
        const grown = { train: 100, validation: 0, test: 0 };
        if (splitOf(sha256, wanted) === 'train') expect(splitOf(sha256, grown)).toBe('train');
      }),
      { numRuns: 500 },
    );
  });

  it('meets the shares over many pictures', () => {
    const counts = { train: 0, validation: 0, test: 0 };
    for (let index = 0; index < 4096; index += 1) {
      counts[
        splitOf(`${index.toString(16).padStart(3, '0')}${'0'.repeat(61)}`, { train: 75, validation: 12.5, test: 12.5 })
      ] += 1;
    }
    expect(splitNames.map((name) => counts[name])).toEqual([3072, 512, 512]);
  });
});
