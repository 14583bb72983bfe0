/** @file Which photos work is tried on: from many folders, dates and appearances, the same ones every time. */
import { describe, expect, it } from 'vitest';
import type { SamplePhoto } from '../../../main/library/catalog/photos/samplePhotos.ts';
import { sampleCandidates, spreadSample } from '../../../main/library/pilots/spreadSample.ts';

const day = 86_400_000;

/** Photos of each folder, a day apart, their numbers one after the other. */
function photosOf(sizes: readonly number[], takenAtMs: (index: number) => number | undefined): SamplePhoto[] {
  const folderIds = sizes.flatMap((size, folder) => Array.from({ length: size }, () => folder + 1));
  return folderIds.map((folderId, index) => ({ id: index + 1, folderId, takenAtMs: takenAtMs(index) }));
}

const sampleOf = (photos: readonly SamplePhoto[], size: number, appearances = new Map<number, Float32Array>()) =>
  spreadSample(sampleCandidates(photos, size), size, appearances);

const foldersOf = (photos: readonly SamplePhoto[], ids: readonly number[]) =>
  new Set(ids.map((id) => photos.find((photo) => photo.id === id)?.folderId));

describe('a sample', () => {
  it('has a photo of each folder before a second one of any, however large it is', () => {
    const photos = photosOf([5000, 3, 2, 1, 1], (index) => index * day);
    expect(foldersOf(photos, sampleOf(photos, 5)).size).toBe(5);
  });

  it('of one folder covers its time from beginning to end', () => {
    const photos = photosOf([10_000], (index) => index * day);
    const days = sampleOf(photos, 12)
      .map((id) => id / 10_000)
      .sort((a, b) => a - b);
    expect(days[0]).toBeLessThan(0.05);
    expect(days.at(-1)).toBeGreaterThan(0.95);
    const gaps = days.slice(1).map((at, index) => at - (days[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.2);
  });

  it('has each appearance where folder and time tell nothing', () => {
    const photos = photosOf([60], () => undefined);
    const kinds = 4;
    const unit = (kind: number) => Float32Array.from({ length: kinds }, (_, at) => Number(at === kind));
    // One kind is common.
    const kindOf = (id: number) => (id % 10 < 7 ? 0 : (id % 10) - 6);
    const appearances = new Map(photos.map(({ id }) => [id, unit(kindOf(id))]));
    const kindsOf = (ids: readonly number[]) => new Set(ids.map(kindOf));
    expect(kindsOf(sampleOf(photos, kinds, appearances)).size).toBe(kinds);
    expect(kindsOf(sampleOf(photos, kinds)).size).toBeLessThan(kinds);
  });

  it('is the same in whatever order the photos come', () => {
    const photos = photosOf([300, 40, 40, 7], (index) => ((index * 7919) % 1000) * day);
    expect(sampleOf(photos.toReversed(), 12)).toEqual(sampleOf(photos, 12));
  });

  it('has no photo twice, also where all are alike, and all where there are no more', () => {
    const photos = photosOf([8], () => 5);
    expect(new Set(sampleOf(photos, 5)).size).toBe(5);
    expect(sampleOf(photos, 12).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(sampleOf([], 12)).toEqual([]);
  });
});

it('candidates of more folders than there is room for come from all over them, and leave no room empty', () => {
  const photos = photosOf(
    Array.from({ length: 1000 }, () => 3),
    (index) => index,
  );
  const candidates = sampleCandidates(photos, 12);
  expect(candidates).toHaveLength(240);
  expect(new Set(candidates.map(({ folderId }) => folderId)).size).toBe(240);
  expect(
    sampleCandidates(
      photosOf([1000, 1, 1], (index) => index),
      12,
    ),
  ).toHaveLength(240);
});
