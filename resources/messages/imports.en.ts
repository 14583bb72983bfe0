/** @file English: imports. */
import type { ConflictChoice, ConflictKind, ImportFormat, ImportRemarkKind, TextUse } from '../../schemas/imports.ts';
import { counted, english } from './format.ts';

const formats: Readonly<Record<ImportFormat, string>> = {
  json: 'JSON: names and captions, kohya',
  'json-full': 'JSON with provenance',
  jsonl: 'JSON Lines: Hugging Face imagefolder',
  coco: 'JSON: COCO captions',
  csv: 'CSV',
  parquet: 'Parquet: Hugging Face datasets',
  txt: '.txt files: TagGUI, kohya',
  caption: '.caption files',
  xmp: 'XMP sidecars and photo files',
};
const uses: Readonly<Record<TextUse, string>> = {
  tags: 'Tags separated by commas',
  caption: 'Captions',
  altText: 'Alt texts',
  longDescription: 'Long descriptions',
};
const kinds: Readonly<Record<ConflictKind, string>> = {
  caption: 'caption',
  altText: 'alt text',
  longDescription: 'long description',
  answer: 'answer',
};
const choices: Readonly<Record<ConflictChoice, string>> = {
  keep: 'Keep yours',
  add: 'Keep both',
  replace: 'Use imported',
};
const remarks: Readonly<Record<ImportRemarkKind, string>> = {
  unmatched: 'no photo in the library has this name',
  ambiguous: 'several photos in the library have this name',
  unsafeName: 'this name leads out of the folder',
  tooLong: 'a text is longer than 100,000 characters',
  tooMany: 'a photo has more than 1,000 texts or tags; the others are left out',
  invalidTag: 'this is not a valid tag',
  invalidEntry: 'this entry is not what the format requires',
  unreadable: 'this file cannot be read as text',
};

/** What an import brings, or would bring. */
export interface ImportedCounts {
  readonly photos: number;
  readonly captions: number;
  readonly altTexts: number;
  readonly longDescriptions: number;
  readonly tags: number;
  readonly answers: number;
  readonly marks: number;
  readonly approvals: number;
}

/** `2 captions, 3 tags`; of what there is, and captions in any case. */
export function importedTexts(counts: Omit<ImportedCounts, 'photos'>): string {
  const { captions, altTexts, longDescriptions, tags, answers, marks, approvals } = counts;
  const others: readonly (readonly [count: number, one: string, others?: string])[] = [
    [altTexts, 'alt text'],
    [longDescriptions, 'long description'],
    [tags, 'tag'],
    [answers, 'answer'],
    [marks, 'rating, flag or color label', 'ratings, flags and color labels'],
    [approvals, 'approval'],
  ];
  const there = others.filter(([count]) => count > 0).map(([count, one, more]) => counted(count, one, more));
  return [counted(captions, 'caption'), ...there].join(', ');
}

export const imports = {
  title: 'Import',
  command: 'Import…',
  path: 'File or folder',
  pathExample: '/home/me/captions.json',
  chooseFile: 'Choose a file…',
  chooseFolder: 'Choose a folder…',
  format: 'Format',
  byFile: 'By the file',
  formats,
  use: 'The .txt files contain',
  uses,
  read: 'Preview',
  reading: 'Reading',
  importing: 'Importing',
  result: ({ photos, ...counts }: ImportedCounts) => `${importedTexts(counts)} for ${counted(photos, 'photo')}.`,
  same: (count: number) => `${english.number(count)} already in the library.`,
  rows: 'First photos',
  conflicts: (count: number) => counted(count, 'conflict'),
  conflictsHelp: 'You wrote or approved another text for these photos.',
  yours: 'Yours',
  imported: 'Imported',
  choices,
  kinds,
  choiceFor: (photo: string) => `For ${photo}`,
  choiceForAll: 'For all conflicts',
  leftOut: (count: number) => `Left out: ${english.number(count)}`,
  remarks,
  more: (count: number) => `… and ${english.number(count)} more.`,
  start: 'Import',
  back: 'Back',
  nothing: 'Nothing to import.',
  stopped: 'The import was stopped. Nothing was imported.',
  done: (photos: number) => `Imported text for ${counted(photos, 'photo')}.`,
};
