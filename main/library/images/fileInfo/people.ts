/** @file Who is on a photo, as its file says, and where on it. Pure; picture process. */
import type { FilePerson, FileRegion } from '../../../../schemas/fileInfo.ts';
import { caselessKey } from '../../text/textKeys.ts';
import { numberOf, structOf, structsOf, textOf, textsOf } from '../tagValues.ts';
import type { FoundTags } from './texts.ts';

/** Regions come whole: lists of their parts would not say which name belongs to which area. */
export const peopleTags: readonly string[] = ['RegionInfo', 'RegionInfoMP', 'PersonInImage', 'TagsList'];

const maxPeople = 500;

/** Each person once: with a region before without one, in the order of the places here. */
export function peopleOf({ tags, sidecar }: FoundTags): FilePerson[] {
  const sources: readonly (readonly [property: string, people: readonly NamedRegion[]])[] = [
    ['XMP-mwg-rs:RegionInfo', mwgPeople(tags.get('XMP-mwg-rs:RegionInfo'))],
    ['XMP-MP:RegionInfoMP', microsoftPeople(tags.get('XMP-MP:RegionInfoMP'))],
    ['XMP-iptcExt:PersonInImage', textsOf(tags.get('XMP-iptcExt:PersonInImage')).map(withoutRegion)],
    ['XMP-digiKam:TagsList', textsOf(tags.get('XMP-digiKam:TagsList')).flatMap(taggedPerson)],
  ];
  const people = new Map<string, FilePerson>();
  for (const [property, named] of sources) {
    for (const { name, region } of named) {
      const key = caselessKey(name);
      const known = people.get(key);
      if (known === undefined || (known.region === null && region !== null)) {
        people.set(key, { name, region, property, sidecar });
      }
    }
  }
  return [...people.values()]
    .toSorted((a, b) => Number(a.region === null) - Number(b.region === null))
    .slice(0, maxPeople);
}

interface NamedRegion {
  readonly name: string;
  readonly region: FileRegion | null;
}

const withoutRegion = (name: string): NamedRegion => ({ name, region: null });

/** digiKam keeps people as a branch of its tags. What it is called there for faces that nobody named is no name. */
export function isPersonPath(path: readonly string[]): boolean {
  return path[0] === 'People' && path.length > 1;
}

const unnamed: ReadonlySet<string> = new Set(['Unknown', 'Unconfirmed', 'Ignored']);

function taggedPerson(tag: string): NamedRegion[] {
  const path = tag.split('/').map((level) => level.trim());
  const name = path.at(-1) ?? '';
  return isPersonPath(path) && name !== '' && !unnamed.has(name) ? [withoutRegion(name)] : [];
}

/** The Metadata Working Group's: a centre and a size. Regions of pets, and where the camera focused, are no people. */
function mwgPeople(value: unknown): NamedRegion[] {
  const { AppliedToDimensions: dimensions, RegionList: regions } = structOf(value);
  const drawnOn = sizeOf(structOf(dimensions));
  return structsOf(regions).flatMap(({ Name: name, Type: type, Area: area }) => {
    const text = textOf(name);
    const isFace = type === undefined || textOf(type)?.toLowerCase() === 'face';
    return text === null || !isFace ? [] : [{ name: text, region: mwgRegion(structOf(area), drawnOn) }];
  });
}

function sizeOf({ W: w, H: h }: Readonly<Record<string, unknown>>): FileRegion['drawnOn'] {
  const [width, height] = [numberOf(w), numberOf(h)];
  return width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null;
}

function mwgRegion(area: Readonly<Record<string, unknown>>, drawnOn: FileRegion['drawnOn']): FileRegion | null {
  const [x, y, size] = [numberOf(area.X), numberOf(area.Y), sizeOf(area)];
  // A point or a circle has no width and height.
  if (x === null || y === null || size === null) return null;
  const isInPixels = textOf(area.Unit)?.toLowerCase() === 'pixel';
  if (isInPixels && drawnOn === null) return null;
  const [across, down] = isInPixels && drawnOn !== null ? [drawnOn.width, drawnOn.height] : [1, 1];
  return regionOf(
    {
      left: (x - size.width / 2) / across,
      top: (y - size.height / 2) / down,
      width: size.width / across,
      height: size.height / down,
    },
    drawnOn,
  );
}

/** Microsoft's: left, top, width, height, of the whole. */
function microsoftPeople(value: unknown): NamedRegion[] {
  return structsOf(structOf(value).Regions).flatMap(({ PersonDisplayName: name, Rectangle: rectangle }) => {
    const text = textOf(name);
    if (text === null) return [];
    const [left, top, width, height] = (textOf(rectangle) ?? '').split(',').map(numberOf);
    const isWhole = left != null && top != null && width != null && height != null;
    return [{ name: text, region: isWhole ? regionOf({ left, top, width, height }, null) : null }];
  });
}

type Box = Pick<FileRegion, 'left' | 'top' | 'width' | 'height'>;

/** As much of the box as lies on the picture; null where nothing does. */
function regionOf(box: Box, drawnOn: FileRegion['drawnOn']): FileRegion | null {
  const [left, top] = [within(box.left), within(box.top)];
  const [right, bottom] = [within(box.left + box.width), within(box.top + box.height)];
  if (right <= left || bottom <= top) return null;
  const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
  return {
    left: rounded(left),
    top: rounded(top),
    width: rounded(right - left),
    height: rounded(bottom - top),
    drawnOn,
  };
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}
