/**
 * @file The full JSON document, version 2: every text with where it comes from, by `schemas/fullJson.ts`; described in
 * docs/formats.md. The vocabularies stand before the runs, and these before the photos, so that all are written and can be
 * read while they come.
 */
import {
  type FullAnswer,
  type FullFailure,
  type FullField,
  type FullPhoto,
  type FullRun,
  type FullTag,
  type FullText,
  type FullVocabulary,
  fullJsonFormat,
  fullJsonVersion,
} from '../../../schemas/fullJson.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type {
  DocumentAnswer,
  DocumentRecord,
  DocumentRun,
  DocumentScore,
  DocumentTag,
  DocumentText,
} from '../catalog/exports/documentRecord.ts';
import type { DocumentVocabulary } from '../catalog/exports/documentVocabulary.ts';
import type { FieldColumn } from '../catalog/exports/exportedFields.ts';
import { type DocumentShape, indentedJson } from './documentShape.ts';

/** What stands in front of the runs: the vocabularies, written one by one. */
export const vocabularyTable = {
  opening: `{\n  "format": "${fullJsonFormat}",\n  "version": ${fullJsonVersion},\n  "vocabularies": {`,
  between: ',',
  closing: '\n  },\n',
  empty: `{\n  "format": "${fullJsonFormat}",\n  "version": ${fullJsonVersion},\n  "vocabularies": {},\n`,
};

/** One of them. */
export function vocabularyText(key: string, { tags, synonyms, tagPaths }: DocumentVocabulary): string {
  const vocabulary: FullVocabulary = {
    tags: [...tags],
    synonyms: synonyms === null ? null : [...synonyms],
    tagPaths: tagPaths === null ? null : tagPaths.map(namesOf),
  };
  return `\n    ${JSON.stringify(key)}: ${indentedJson(vocabulary, 2)}`;
}

export interface FullJsonFacts {
  readonly fields: readonly FieldColumn[];
  readonly runs: readonly DocumentRun[];
  readonly failures: readonly FullFailure[];
}

/** What comes after the vocabularies. */
export function fullJsonShape({ fields, runs, failures }: FullJsonFacts): DocumentShape {
  const table = Object.fromEntries(runs.map((run) => [run.key, fullRun(run)]));
  const definitions = fields.map(({ name, type, values, questions }): FullField => ({ name, type, values, questions }));
  const defined = fields.length === 0 ? '' : `  "fields": ${indentedJson(definitions, 1)},\n`;
  const head = `${defined}  "runs": ${indentedJson(table, 1)},\n`;
  const end = `,\n  "failed": ${indentedJson(failures, 1)}\n}\n`;
  return [
    {
      opening: `${head}  "photos": [\n    `,
      between: ',\n    ',
      closing: `\n  ]${end}`,
      empty: `${head}  "photos": []${end}`,
      pieces: (record) => [indentedJson(fullPhoto(record), 2)],
    },
  ];
}

function fullRun(run: DocumentRun): FullRun {
  const {
    kind,
    description,
    model,
    instruction,
    promptKind,
    textKind,
    parameters,
    filter,
    tagPaths,
    vocabulary,
    device,
  } = run;
  return {
    kind,
    description,
    model: model === null ? null : { ...model },
    instruction,
    promptKind,
    textKind,
    parameters,
    filter,
    tagPaths: tagPaths === null ? null : tagPaths.map(namesOf),
    vocabulary,
    device,
    importedFrom: run.importedFrom,
    at: timeOf(run.atMs),
  };
}

function fullPhoto({ file, sha256, width, height, tags, answers, marks, scores, ...texts }: DocumentRecord): FullPhoto {
  return {
    file,
    sha256,
    width,
    height,
    captions: texts.captions.map((text) => fullText(text, 'caption')),
    altTexts: texts.altTexts.map((text) => fullText(text, 'altText')),
    longDescriptions: texts.longDescriptions.map((text) => fullText(text, 'longDescription')),
    tags: tags.map(fullTag),
    answers: answers.map(fullAnswer),
    marks: marks.map(({ mark, atMs }) => ({ kind: mark.kind, value: mark.value, at: instantOf(atMs) })),
    scores: scores.map((score) => ({ text: score.text, ...fullScore(score) })),
  };
}

function fullText(text: DocumentText, kind: TextKind): FullText {
  const { basedOn } = text;
  const isOfKind = basedOn?.kind === kind;
  return {
    text: text.text,
    source: text.source,
    run: text.run,
    at: instantOf(text.atMs),
    instruction: text.instruction,
    shown: text.isShown,
    approvedAt: timeOf(text.approvedAtMs),
    outdated: text.isOutdated,
    language: text.language,
    itm: text.itm,
    doubtful: text.doubtful,
    scores: text.scores.map(fullScore),
    candidates: [...text.candidates],
    warnings: [...text.warnings],
    seen: text.seen,
    copiedFrom: text.copiedFrom,
    basedOn: isOfKind ? basedOn.index : null,
    ...(basedOn === null || isOfKind ? {} : { basedOnOther: basedOn }),
  };
}

function fullScore({ itm, itc, doubtful, run, atMs }: DocumentScore): FullText['scores'][number] {
  return { itm, itc, doubtful, run, at: instantOf(atMs) };
}

function fullTag({ path, source, run, atMs, confidence, approvedAtMs }: DocumentTag): FullTag {
  return { path: namesOf(path), source, run, at: instantOf(atMs), confidence, approvedAt: timeOf(approvedAtMs) };
}

function fullAnswer(answer: DocumentAnswer): FullAnswer {
  return {
    question: answer.question,
    text: answer.text,
    source: answer.source,
    run: answer.run,
    at: instantOf(answer.atMs),
    instruction: answer.instruction,
    shown: answer.isShown,
    outdated: answer.isOutdated,
    choices: answer.choices === null ? null : [...answer.choices],
    copiedFrom: answer.copiedFrom,
    warnings: [...answer.warnings],
  };
}

/** The names on the way down to a tag. */
function namesOf(path: string): string[] {
  return path.split('/');
}

function instantOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function timeOf(atMs: number | null): string | null {
  return atMs === null ? null : instantOf(atMs);
}
