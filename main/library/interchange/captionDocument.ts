/** @file All captions of one run, or its texts of another kind, in one document. Pure. */

import type { DocumentFormat, Included } from '../../../schemas/exports.ts';
import type { FullFailure } from '../../../schemas/fullJson.ts';
import type { DocumentRecord, DocumentRun } from '../catalog/exports/documentRecord.ts';
import { type PartedTerms, partedTerms } from '../catalog/exports/documentVocabulary.ts';
import type { Caption, RunIdentity } from '../catalog/texts/provenance.ts';
import { holds, pathBelow } from '../files/commonFolder.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import { captionNames, fileNameOrder } from './captionNames.ts';
import { documentShape } from './documentFormats.ts';
import { documentText } from './documentShape.ts';
import { vocabularyTable, vocabularyText } from './fullJson.ts';

export const captionsOnly: Included = {
  captions: true,
  alternatives: false,
  tags: false,
  answers: false,
  altText: false,
  longDescription: false,
};

export interface CaptionRecord {
  readonly photo: PhotoFile;
  readonly caption: Caption;
}

export interface CaptionSet {
  /** In any order: every document sorts them by file name. */
  readonly records: readonly CaptionRecord[];
  readonly failures: readonly CaptionFailure[];
  readonly run: RunIdentity;
  /** Where the document is going to lie, and where relative paths start. */
  readonly documentFolder: string | undefined;
  readonly baseFolder: string;
}

export type CaptionFailure = Readonly<Pick<FullFailure, 'file' | 'code' | 'message'>>;

export function captionDocument(format: DocumentFormat, set: CaptionSet): string {
  const { run, failures, documentFolder } = set;
  const records = [...set.records].sort((a, b) => fileNameOrder(a.photo.relativePath, b.photo.relativePath));
  const keys = captionNames(records.map(({ photo }) => photo.relativePath));
  // The loader of `metadata.jsonl` looks below the folder of the document, so paths start there whenever all photos do.
  const start =
    format === 'jsonl' &&
    documentFolder !== undefined &&
    records.every(({ photo }) => holds(documentFolder, photo.path))
      ? documentFolder
      : undefined;
  const shape = documentShape(format, {
    included: includedOf(run),
    failures,
    questions: [],
    fields: [],
    runs: format === 'json-full' ? [runOf(run)] : [],
    description: `Captions by Vignette with the model ${run.model.id}`,
  });
  const text = documentText(
    shape,
    records.map(({ photo, caption }, index) => ({
      ...recordOf(caption, run),
      file: start === undefined ? photo.relativePath : pathBelow(start, photo.path),
      key: keys[index] ?? '',
    })),
  );
  return format === 'json-full' ? `${vocabulariesOf(run)}${text}` : text;
}

const noTexts = { captions: [], altTexts: [], longDescriptions: [] };
const listsOfKinds = { caption: 'captions', altText: 'altTexts', longDescription: 'longDescriptions' } as const;

/** The one run that there is. */
const runKey = '1';
/** Of the one vocabulary that it may have. */
const vocabularyKey = '1';

function includedOf({ textKind }: RunIdentity): Included {
  return textKind === undefined ? captionsOnly : { ...captionsOnly, captions: false, [textKind]: true };
}

function termsOf({ settings, tagPaths }: Pick<RunIdentity, 'settings' | 'tagPaths'>): PartedTerms {
  return partedTerms({ parameters: settings, tagPaths: tagPaths ?? null });
}

function vocabulariesOf(run: RunIdentity): string {
  const { opening, closing, empty } = vocabularyTable;
  const { vocabulary } = termsOf(run);
  return vocabulary === null ? empty : `${opening}${vocabularyText(vocabularyKey, vocabulary)}${closing}`;
}

function runOf({ model, prompt, kind, textKind, filter, ...terms }: RunIdentity): DocumentRun {
  const { parameters, tagPaths, vocabulary } = termsOf(terms);
  return {
    key: runKey,
    kind: 'caption',
    description: null,
    model,
    instruction: prompt,
    promptKind: kind ?? null,
    textKind: textKind ?? null,
    parameters,
    filter: filter ?? null,
    tagPaths,
    vocabulary: vocabulary === null ? null : vocabularyKey,
    device: null,
    importedFrom: null,
    atMs: null,
  };
}

function recordOf(caption: Caption, run: RunIdentity): Omit<DocumentRecord, 'file' | 'key'> {
  const { text, width, height, captionScore, copiedFrom, contentSha256, atMs } = caption;
  const { itm = null, doubtful = null, candidates = [] } = captionScore ?? {};
  return {
    width,
    height,
    tags: [],
    answers: [],
    marks: [],
    scores: [],
    sha256: contentSha256 ?? null,
    ...noTexts,
    [listsOfKinds[run.textKind ?? 'caption']]: [
      {
        text,
        source: 'model',
        run: runKey,
        atMs,
        model: run.model.id,
        instruction: caption.prompt ?? null,
        runInstruction: run.prompt,
        isShown: true,
        approvedAtMs: null,
        isOutdated: false,
        language: null,
        itm,
        doubtful,
        scores: itm === null ? [] : [{ itm, itc: null, doubtful, run: runKey, atMs }],
        candidates,
        warnings: caption.warnings ?? [],
        seen: copiedFrom !== undefined || width === null || height === null ? null : { width, height },
        copiedFrom: copiedFrom === undefined ? null : { file: copiedFrom?.file ?? null },
        basedOn: null,
      },
    ],
  };
}
