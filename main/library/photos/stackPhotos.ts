/**
 * @file Which photos of a folder belong together: bursts, a raw file and its JPEG, edited copies, near-duplicates. Pure.
 * Reader threads.
 *
 * How alike two photos are is how many of the 64 bits of their perceptual hashes differ. Measured on 130 photos: another
 * photo differs in 32 (95 % in 24 or more); a copy in other colors, contrast or size in 6 at most; one with the camera
 * moved by 2 % of the frame in 8, and 95 % of them in 14 or fewer; moved by 4 %, 90 % in 20 or fewer.
 */
import { type HashHalves, hashDistance } from './perceptualHash.ts';

export interface StackablePhoto {
  readonly id: number;
  readonly name: string;
  /** Sorts as people expect: IMG_9 before IMG_10. */
  readonly nameOrder: string;
  /** Null where the second is not known. */
  readonly takenAtMs: number | null;
  /** Make and model; empty where it is not known. */
  readonly camera: string;
  readonly isRaw: boolean;
  /** Null where the photo is like no other, or was not looked at yet. */
  readonly hash: HashHalves | null;
}

/** Between two photos of a burst. Cameras that note whole seconds take two frames of a slow one in different ones. */
export const maxGapMs = 2000;
/** Where time or name says that they belong together: three and a half standard deviations below what random hashes differ in. */
const maxBitsWithEvidence = 18;
/** From the first of a burst to any other, so that a slow pan does not go on for ever. */
const maxBitsOfBurst = 24;
/** Where nothing but their appearance says so, as for near-duplicates. */
const maxBitsAlone = 6;

/** Photos that are one: of the same name, and copies that their names tell. */
export interface Unit {
  readonly first: StackablePhoto;
  readonly stem: string;
  readonly photos: StackablePhoto[];
}

/**
 * Stacks of two photos and more, each with the one that is shown first. A photo is in one at most. The same photos give
 * the same stacks, in whatever order they come.
 * @param photos of one folder
 */
export function stackPhotos(photos: readonly StackablePhoto[]): (readonly StackablePhoto[])[] {
  return stackUnits(unitsOf(photos));
}

/** Photos that their names make one, so that what comes in between by time or name does not part them. */
export function unitsOf(photos: readonly StackablePhoto[]): readonly Unit[] {
  return withCopies(sameNames(photos));
}

/** @param units without gaps: of those whose time is known, and of the others, all that lie between the first and the last */
export function stackUnits(units: readonly Unit[]): (readonly StackablePhoto[])[] {
  const timed = units
    .filter(({ first }) => first.takenAtMs !== null)
    .toSorted((a, b) => compare(a.first.camera, b.first.camera) || byTime(a.first, b.first));
  const timeless = units.filter(isTimeless).toSorted((a, b) => byName(a.first, b.first));
  // Of the others nothing is known but their names.
  const alone = units.filter((unit) => unit.first.takenAtMs === null && !isTimeless(unit)).map((unit) => [unit]);
  return [...neighbours(timed, isBurst), ...neighbours(timeless, isNearDuplicate), ...alone]
    .map(ranked)
    .filter((stack) => stack.length > 1);
}

/** One that is stacked by its name and appearance. */
export function isTimeless({ first }: Unit): boolean {
  return first.takenAtMs === null && first.hash !== null;
}

/** Of neighbours by name: nothing that is in a stack with the first can be in one with the second. */
export function areFarApart(a: Unit, b: Unit): boolean {
  return bitsApart(a.first, b.first) > 2 * maxBitsAlone;
}

/**
 * The one that is shown comes first: pictures before raw files, which not everything can show; then the earliest. Of copies,
 * those whose names say that somebody worked on them come right before their original, as in Lightroom and Apple Photos, the
 * others, which may be smaller, right behind it.
 */
export function ranked(units: readonly Unit[]): StackablePhoto[] {
  return units
    .toSorted((a, b) => byTime(a.first, b.first))
    .flatMap((unit) => unit.photos.toSorted((a, b) => orderIn(unit, a) - orderIn(unit, b) || byTime(a, b)))
    .toSorted((a, b) => Number(a.isRaw) - Number(b.isRaw));
}

function orderIn(unit: Unit, { name }: StackablePhoto): number {
  const stem = stemOf(name);
  if (stem === unit.stem) return 0;
  const isEdited = stem.startsWith(unit.stem) ? editedEnd.test(stem.slice(unit.stem.length)) : appleEdited.test(stem);
  return isEdited ? -1 : 1;
}

/** As Lightroom (`-Edit`) and Google Photos, which says it in the language of its user, name what they save. */
const editedEnd =
  /[^\p{L}](?:edit|edited|bearbeitet|bewerkt|modifié|modificato|editado|edytowane|editat|編集済み|已修改|已编辑|已編輯)(?![\p{L}\p{M}])/u;

function sameNames(photos: readonly StackablePhoto[]): Unit[] {
  const units = new Map<string, Unit[]>();
  for (const photo of photos.toSorted((a, b) => Number(a.isRaw) - Number(b.isRaw) || byName(a, b))) {
    const stem = stemOf(photo.name);
    const ofStem = units.get(stem) ?? [];
    // A raw file whose preview cannot be read is known by its name alone.
    const unit = ofStem.find(({ first }) => bitsApart(first, photo, 0) <= maxBitsOfBurst);
    if (unit === undefined) units.set(stem, [...ofStem, { first: photo, stem, photos: [photo] }]);
    else unit.photos.push(photo);
  }
  return [...units.values()].flat();
}

/** `IMG_1-edited` joins `IMG_1` where it looks like it. */
function withCopies(units: readonly Unit[]): Unit[] {
  const byStem = new Map<string, Unit>();
  for (const unit of units) if (!byStem.has(unit.stem)) byStem.set(unit.stem, unit);
  // The shorter name first: a copy of a copy finds the original.
  const joined = new Set<Unit>();
  for (const unit of units.toSorted((a, b) => b.stem.length - a.stem.length || byName(a.first, b.first))) {
    const original = originalNames(unit.stem)
      .map((stem) => byStem.get(stem))
      .find(
        (other) => other !== undefined && other !== unit && bitsApart(other.first, unit.first) <= maxBitsWithEvidence,
      );
    if (original === undefined) continue;
    original.photos.push(...unit.photos);
    joined.add(unit);
  }
  return units.filter((unit) => !joined.has(unit));
}

/** What may stand before `-edited`, ` copy`, ` (1)`, `_2`, the nearest first; and what Apple calls the original of `IMG_E1`. */
export function originalNames(stem: string): string[] {
  const names = Array.from(stem.matchAll(wordEnd), ({ index, 0: end }) => stem.slice(0, index + end.length)).reverse();
  const apple = appleEdited.exec(stem);
  return apple === null ? names : [`${apple[1]}${apple[2]}`, ...names];
}

const appleEdited = /^(img_)e(\d+)$/;

/** What is called otherwise than its copies begin: Apple's `IMG_E1` of `IMG_1`. */
export function otherCopyNames(stem: string): string[] {
  const apple = /^(img_)(\d+)$/.exec(stem);
  return apple === null ? [] : [`${apple[1]}e${apple[2]}`];
}

/** Before a space, a dash, a parenthesis and the like. */
const wordEnd = /[\p{L}\p{N}](?=[^\p{L}\p{N}])/gu;

export function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return (dot > 0 ? name.slice(0, dot) : name).normalize('NFC').toLowerCase();
}

/** Goes through them in order: each joins the ones before it, or begins anew. */
function neighbours(
  units: readonly Unit[],
  belongs: (unit: Unit, stack: { readonly first: Unit; readonly last: Unit }) => boolean,
): Unit[][] {
  const stacks: Unit[][] = [];
  for (const unit of units) {
    const stack = stacks.at(-1);
    const [first, last] = [stack?.[0], stack?.at(-1)];
    if (stack !== undefined && first !== undefined && last !== undefined && belongs(unit, { first, last }))
      stack.push(unit);
    else stacks.push([unit]);
  }
  return stacks;
}

function isBurst({ first: photo }: Unit, { first, last }: { first: Unit; last: Unit }): boolean {
  const gapMs = (photo.takenAtMs ?? 0) - (last.first.takenAtMs ?? 0);
  return (
    photo.camera === last.first.camera &&
    gapMs <= maxGapMs &&
    bitsApart(last.first, photo) <= maxBitsWithEvidence &&
    bitsApart(first.first, photo) <= maxBitsOfBurst
  );
}

function isNearDuplicate({ first: photo }: Unit, { first }: { first: Unit }): boolean {
  return bitsApart(first.first, photo) <= maxBitsAlone;
}

/** Of 64. @param unknown what counts where one has no hash: by default that they differ in all */
export function bitsApart(a: Pick<StackablePhoto, 'hash'>, b: Pick<StackablePhoto, 'hash'>, unknown = 64): number {
  if (a.hash === null || b.hash === null) return unknown;
  return hashDistance(a.hash, b.hash);
}

/** Where the time is not known. */
const lastOfAll = Number.MAX_SAFE_INTEGER;

function byTime(a: StackablePhoto, b: StackablePhoto): number {
  return (a.takenAtMs ?? lastOfAll) - (b.takenAtMs ?? lastOfAll) || byName(a, b);
}

export function byName(a: StackablePhoto, b: StackablePhoto): number {
  return compare(a.nameOrder, b.nameOrder) || compare(a.name, b.name) || a.id - b.id;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
