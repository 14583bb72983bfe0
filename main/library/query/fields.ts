/** @file The fields that a query may name, and what kind of value each takes. Docs and completion follow this table. */
import { flags } from '../../../schemas/choices.ts';

interface FieldKind {
  readonly kind:
    | 'words'
    | 'flag'
    | 'choice'
    | 'number'
    | 'date'
    | 'path'
    | 'label'
    | 'answer'
    | 'near'
    | 'within'
    | 'photos';
  readonly example: string;
  /** May be missing from a photo, so that `none` and `any` ask for that. */
  readonly optional?: boolean;
  readonly choices?: readonly string[];
  readonly unit?: 'bytes' | 'seconds';
}

export const fields = {
  tag: { kind: 'path', example: 'tag:beach', optional: true },
  folder: { kind: 'path', example: 'folder:2024/trip' },
  name: { kind: 'label', example: 'name:IMG_*' },
  caption: { kind: 'words', example: 'caption:dog', optional: true },
  alt: { kind: 'words', example: 'alt:dog', optional: true },
  description: { kind: 'words', example: 'description:harbour', optional: true },
  title: { kind: 'words', example: 'title:harbour', optional: true },
  keyword: { kind: 'path', example: 'keyword:beach', optional: true },
  person: { kind: 'label', example: 'person:ann', optional: true },
  place: { kind: 'label', example: 'place:paris', optional: true },
  label: { kind: 'label', example: 'label:red', optional: true },
  taken: { kind: 'date', example: 'taken:2024-05..2024-07', optional: true },
  added: { kind: 'date', example: 'added:today' },
  modified: { kind: 'date', example: 'modified:>=2024-05-01' },
  answer: {
    kind: 'answer',
    example: 'answer:"is it indoors?"=yes',
    optional: true,
  },
  asked: { kind: 'date', example: 'asked:7d', optional: true },
  itm: { kind: 'number', example: 'itm:<0.5', optional: true },
  captioned: { kind: 'flag', example: 'captioned:no' },
  source: {
    kind: 'choice',
    example: 'source:human',
    choices: ['human', 'model', 'import'],
  },
  approved: { kind: 'flag', example: 'approved:yes' },
  model: { kind: 'label', example: 'model:blip2', optional: true },
  tagged: { kind: 'flag', example: 'tagged:no' },
  doubtful: { kind: 'flag', example: 'doubtful:yes' },
  stale: { kind: 'flag', example: 'stale:yes' },
  failed: { kind: 'flag', example: 'failed:yes' },
  missing: { kind: 'flag', example: 'missing:yes' },
  offline: { kind: 'flag', example: 'offline:yes' },
  width: { kind: 'number', example: 'width:>4000' },
  height: { kind: 'number', example: 'height:<=1080' },
  megapixels: { kind: 'number', example: 'megapixels:>=12' },
  orientation: {
    kind: 'choice',
    example: 'orientation:portrait',
    choices: ['landscape', 'portrait', 'square'],
  },
  size: { kind: 'number', example: 'size:>5MB', unit: 'bytes' },
  format: { kind: 'label', example: 'format:heic' },
  camera: { kind: 'label', example: 'camera:canon', optional: true },
  lens: { kind: 'label', example: 'lens:50mm', optional: true },
  iso: { kind: 'number', example: 'iso:100..400', optional: true },
  aperture: { kind: 'number', example: 'aperture:<=2.8', optional: true },
  focal: { kind: 'number', example: 'focal:50', optional: true },
  exposure: {
    kind: 'number',
    example: 'exposure:>=1/30',
    optional: true,
    unit: 'seconds',
  },
  rating: { kind: 'number', example: 'rating:>=4', optional: true },
  flag: { kind: 'choice', example: 'flag:pick', choices: flags, optional: true },
  gps: { kind: 'flag', example: 'gps:yes' },
  near: { kind: 'near', example: 'near:48.85,2.35,10km' },
  within: { kind: 'within', example: 'within:43.5,7.1,43.8,7.5' },
  similar: { kind: 'photos', example: 'similar:IMG_1234.jpg' },
  run: { kind: 'number', example: 'run:12' },
  stack: { kind: 'number', example: 'stack:any', optional: true },
} as const satisfies Readonly<Record<string, FieldKind>>;

export type FieldName = keyof typeof fields;

export type FieldOfKind<Kind extends FieldKind['kind']> = {
  [Name in FieldName]: (typeof fields)[Name]['kind'] extends Kind ? Name : never;
}[FieldName];

export type WordsField = FieldOfKind<'words'>;
export type FlagField = FieldOfKind<'flag'>;
export type ChoiceField = FieldOfKind<'choice'>;
export type NumberField = FieldOfKind<'number'>;
export type DateField = FieldOfKind<'date'>;
export type PathField = FieldOfKind<'path'>;
export type LabelField = FieldOfKind<'label'>;
export type PresenceField = {
  [Name in FieldName]: (typeof fields)[Name] extends { readonly optional: true } ? Name : never;
}[FieldName];

export const fieldNames = Object.keys(fields).filter(isFieldName);

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(fields, name);
}

export function isPresenceField(name: FieldName): name is PresenceField {
  return 'optional' in fields[name];
}

export function isOfKind<Kind extends FieldKind['kind']>(name: FieldName, kind: Kind): name is FieldOfKind<Kind> {
  return fields[name].kind === kind;
}

export function unitOf(name: NumberField): 'bytes' | 'seconds' | null {
  const field = fields[name];
  return 'unit' in field ? field.unit : null;
}
