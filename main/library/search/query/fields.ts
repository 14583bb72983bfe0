/** @file The fields that a query may name, and what kind of value each takes. Docs and completion follow this table. */

interface FieldKind {
  readonly kind: 'words' | 'flag' | 'choice' | 'number' | 'date' | 'path' | 'label' | 'answer' | 'near';
  /** For the filter bar, beside the name. */
  readonly meaning: string;
  readonly example: string;
  /** May be missing from a photo, so that `none` and `any` ask for that. */
  readonly optional?: boolean;
  readonly choices?: readonly string[];
  readonly unit?: 'bytes' | 'seconds';
}

export const fields = {
  tag: { kind: 'path', meaning: 'tagged so, or with anything below', example: 'tag:beach', optional: true },
  folder: { kind: 'path', meaning: 'in this folder or below', example: 'folder:2024/trip' },
  name: { kind: 'label', meaning: 'the file name', example: 'name:IMG_*' },
  caption: { kind: 'words', meaning: 'words of the caption', example: 'caption:dog', optional: true },
  taken: { kind: 'date', meaning: 'when it was taken', example: 'taken:2024-05..2024-07', optional: true },
  added: { kind: 'date', meaning: 'when Vignette first saw it', example: 'added:today' },
  modified: { kind: 'date', meaning: 'when the file last changed', example: 'modified:>=2024-05-01' },
  answer: {
    kind: 'answer',
    meaning: 'a question and its answer',
    example: 'answer:"is it indoors?"=yes',
    optional: true,
  },
  asked: { kind: 'date', meaning: 'when a question was last answered', example: 'asked:7d', optional: true },
  itm: { kind: 'number', meaning: 'how well the caption matches, 0 to 1', example: 'itm:<0.5', optional: true },
  captioned: { kind: 'flag', meaning: 'has a caption', example: 'captioned:no' },
  source: {
    kind: 'choice',
    meaning: 'who wrote the caption',
    example: 'source:human',
    choices: ['human', 'model', 'import'],
  },
  model: { kind: 'label', meaning: 'the model that wrote the caption', example: 'model:blip2', optional: true },
  tagged: { kind: 'flag', meaning: 'has a tag', example: 'tagged:no' },
  doubtful: { kind: 'flag', meaning: 'the caption is flagged as doubtful', example: 'doubtful:yes' },
  stale: { kind: 'flag', meaning: 'the picture changed after it was captioned', example: 'stale:yes' },
  failed: { kind: 'flag', meaning: 'could not be read or captioned', example: 'failed:yes' },
  missing: { kind: 'flag', meaning: 'the file is gone', example: 'missing:yes' },
  offline: { kind: 'flag', meaning: 'the drive is not connected', example: 'offline:yes' },
  width: { kind: 'number', meaning: 'in pixels, as shown', example: 'width:>4000' },
  height: { kind: 'number', meaning: 'in pixels, as shown', example: 'height:<=1080' },
  megapixels: { kind: 'number', meaning: 'millions of pixels', example: 'megapixels:>=12' },
  orientation: {
    kind: 'choice',
    meaning: 'the shape',
    example: 'orientation:portrait',
    choices: ['landscape', 'portrait', 'square'],
  },
  size: { kind: 'number', meaning: 'of the file', example: 'size:>5MB', unit: 'bytes' },
  format: { kind: 'label', meaning: 'of the file, such as jpeg', example: 'format:heic' },
  camera: { kind: 'label', meaning: 'make and model', example: 'camera:canon', optional: true },
  lens: { kind: 'label', meaning: 'the lens', example: 'lens:50mm', optional: true },
  iso: { kind: 'number', meaning: 'sensitivity', example: 'iso:100..400', optional: true },
  aperture: { kind: 'number', meaning: 'f-number', example: 'aperture:<=2.8', optional: true },
  focal: { kind: 'number', meaning: 'focal length in millimetres', example: 'focal:50', optional: true },
  exposure: {
    kind: 'number',
    meaning: 'exposure time, such as 1/250',
    example: 'exposure:>=1/30',
    optional: true,
    unit: 'seconds',
  },
  rating: { kind: 'number', meaning: 'stars', example: 'rating:>=4', optional: true },
  gps: { kind: 'flag', meaning: 'has a place', example: 'gps:yes' },
  near: { kind: 'near', meaning: 'latitude, longitude, distance', example: 'near:48.85,2.35,10km' },
  run: { kind: 'number', meaning: 'changed by this run', example: 'run:12' },
} as const satisfies Readonly<Record<string, FieldKind>>;

export type FieldName = keyof typeof fields;

export type FieldOfKind<Kind extends FieldKind['kind']> = {
  [Name in FieldName]: (typeof fields)[Name]['kind'] extends Kind ? Name : never;
}[FieldName];

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
