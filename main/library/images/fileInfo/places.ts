/** @file Which places a file names. Pure; picture process. */
import type { FilePlace } from '../../../../schemas/fileInfo.ts';
import { structsOf, textOf } from '../tagValues.ts';
import { type FoundTags, inOrder } from './texts.ts';

export const placeTags: readonly string[] = [
  ...['Location', 'City', 'State', 'Country', 'CountryCode'],
  ...['Sub-location', 'Province-State', 'Country-PrimaryLocationName', 'Country-PrimaryLocationCode'],
  ...['LocationShown', 'LocationCreated'],
];

const maxPlaces = 50;

type Parts = Pick<FilePlace, 'sublocation' | 'city' | 'state' | 'country' | 'countryCode'>;
type PartNames = Readonly<Record<keyof Parts, string>>;

const inXmp: PartNames = {
  sublocation: 'XMP-iptcCore:Location',
  city: 'XMP-photoshop:City',
  state: 'XMP-photoshop:State',
  country: 'XMP-photoshop:Country',
  countryCode: 'XMP-iptcCore:CountryCode',
};

const inIptc: PartNames = {
  sublocation: 'IPTC:Sub-location',
  city: 'IPTC:City',
  state: 'IPTC:Province-State',
  country: 'IPTC:Country-PrimaryLocationName',
  countryCode: 'IPTC:Country-PrimaryLocationCode',
};

const structs = [
  { property: 'XMP-iptcExt:LocationShown', kind: 'shown' },
  { property: 'XMP-iptcExt:LocationCreated', kind: 'taken' },
] as const;

const structNames: PartNames = {
  sublocation: 'Sublocation',
  city: 'City',
  state: 'ProvinceState',
  country: 'CountryName',
  countryCode: 'CountryCode',
};

export function placesOf({ tags, sidecar }: FoundTags): FilePlace[] {
  const places: FilePlace[] = [];
  // Whole: the city of one and the country of the other need not belong together.
  for (const names of inOrder(tags, [inXmp.city, inIptc.city]).map((city) => (city === inXmp.city ? inXmp : inIptc))) {
    const parts = partsOf((name) => tags.get(name), names);
    if (parts === null) continue;
    places.push({ kind: 'located', ...parts, property: names[namingPart(parts)], sidecar });
    break;
  }
  for (const { property, kind } of structs) {
    for (const struct of structsOf(tags.get(property))) {
      const parts = partsOf((name) => struct[name], structNames);
      const isNew = parts !== null && !places.some((place) => place.kind === kind && isSamePlace(place, parts));
      if (isNew) places.push({ kind, ...parts, property, sidecar });
    }
  }
  return places.slice(0, maxPlaces);
}

/** Null where none of them is there. */
function partsOf(value: (name: string) => unknown, names: PartNames): Parts | null {
  const part = (key: keyof Parts) => textOf(value(names[key]));
  const parts = {
    sublocation: part('sublocation'),
    city: part('city'),
    state: part('state'),
    country: part('country'),
    countryCode: codeOf(part('countryCode')),
  };
  return Object.values(parts).every((text) => text === null) ? null : parts;
}

/** What is no code is left out: people write the country's name there, too. */
function codeOf(text: string | null): string | null {
  const code = text?.toUpperCase() ?? '';
  return /^[A-Z]{2,3}$/.test(code) ? code : null;
}

function namingPart(parts: Parts): keyof Parts {
  const order = ['city', 'sublocation', 'state', 'country'] as const;
  return order.find((key) => parts[key] !== null) ?? 'countryCode';
}

function isSamePlace(a: Parts, b: Parts): boolean {
  return (['sublocation', 'city', 'state', 'country', 'countryCode'] as const).every((key) => a[key] === b[key]);
}
