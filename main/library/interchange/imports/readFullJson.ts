/**
 * @file The full JSON document that Vignette writes: every text with who wrote it, when, and with which model. Of version 2,
 * by `schemas/fullJson.ts`, and of version 1, which had no runs of its own. Pure.
 */
import { type PromptWarning, promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import { fieldDefinitionSchema } from '../../../../schemas/answerField.ts';
import {
  type FullAnswer,
  type FullMark,
  type FullPhoto,
  type FullTag,
  type FullText,
  fullJsonFormat,
  fullJsonVersion,
  fullPhotoSchema,
} from '../../../../schemas/fullJson.ts';
import { markSchema } from '../../../../schemas/marks.ts';
import { textKindSchema } from '../../../../schemas/text.ts';
import { type OfEachKind, ofEachKind } from '../xmpMerge.ts';
import { FullJsonRuns } from './fullJsonRuns.ts';
import { photoOfVersion1, RunsOfVersion1 } from './fullJsonVersion1.ts';
import { ImportError } from './importError.ts';
import type {
  ImportedAnswer,
  ImportedCaption,
  ImportedMark,
  ImportedScore,
  ImportedTag,
  ImportItem,
} from './importRecord.ts';
import { JsonEntries, type JsonEntry } from './jsonEntries.ts';
import { soundRecord, tagPathOf } from './soundTexts.ts';

/** @throws ImportError IMPORT_VERSION_UNKNOWN, IMPORT_NOT_JSON, … */
export async function* readFullJson(text: AsyncIterable<string>, file: string): AsyncGenerator<ImportItem, void> {
  const entries = new JsonEntries(file);
  const reader = new FullJsonReader(file);
  for await (const piece of text) {
    for (const entry of entries.take(piece)) yield* reader.take(entry);
  }
  entries.end();
  yield* reader.end();
}

/** More than anybody defines, and so few that they can be listed wherever fields are. */
const maxFields = 1000;

class FullJsonReader {
  readonly #file: string;
  readonly #runs = new FullJsonRuns();
  readonly #runsOfVersion1 = new RunsOfVersion1();
  #isFormat = false;
  #version: unknown;
  #fields = 0;

  constructor(file: string) {
    this.#file = file;
  }

  *take({ key, below, value }: JsonEntry): Generator<ImportItem, void> {
    if (below === null) {
      if (key === 'format') this.#isFormat = value === fullJsonFormat;
      if (key === 'version') this.#version = value;
    } else if (key === 'fields') {
      this.#assertKnown();
      this.#fields += 1;
      if (this.#fields <= maxFields) yield* fieldOf(below, value);
      else if (this.#fields === maxFields + 1) yield { name: `fields[${below}…]`, remark: 'invalidEntry' };
    } else if (key === 'vocabularies' || key === 'runs' || key === 'photos') {
      this.#assertKnown();
      if (key === 'vocabularies') yield* this.#runs.takeVocabulary(String(below), value);
      else if (key === 'runs') yield* this.#runs.takeRun(String(below), value);
      else if (this.#version === 1) yield* this.#photoOfVersion1(below, value);
      else yield* this.#photo(below, value);
    }
  }

  end(): Generator<ImportItem, void> {
    return this.#runs.end();
  }

  *#photo(index: string | number, value: unknown): Generator<ImportItem, void> {
    const photo = fullPhotoSchema.safeParse(value);
    if (photo.success) yield* soundRecord(rawRecord(photo.data, this.#runs));
    else yield { name: nameOf(value) ?? `photos[${index}]`, remark: 'invalidEntry' };
  }

  *#photoOfVersion1(index: string | number, value: unknown): Generator<ImportItem, void> {
    const raw = photoOfVersion1(value, this.#runsOfVersion1);
    yield* this.#runsOfVersion1.taken().map((foreignRun) => ({ foreignRun }));
    if (raw === undefined) yield { name: nameOf(value) ?? `photos[${index}]`, remark: 'invalidEntry' };
    else yield* soundRecord(raw);
  }

  /** Both stand in front of all else. */
  #assertKnown(): void {
    if (this.#isFormat && (this.#version === 1 || this.#version === fullJsonVersion)) return;
    throw new ImportError(
      'IMPORT_VERSION_UNKNOWN',
      `${this.#file} does not begin as a full JSON document of version 1 to ${fullJsonVersion}. If a newer Vignette wrote it, update Vignette.`,
      { file: this.#file },
    );
  }
}

function rawRecord({ file, sha256, tags, answers, scores, marks = [], ...texts }: FullPhoto, runs: FullJsonRuns) {
  return {
    name: file,
    isStem: false,
    sha256,
    captions: captionsOf(
      { caption: texts.captions, altText: texts.altTexts, longDescription: texts.longDescriptions },
      runs,
    ),
    tags: tags.map((tag) => tagOf(tag, runs)),
    answers: answers.map((answer) => answerOf(answer, runs)),
    scores: scores.map((score) => ({ text: score.text, ...scoreOf(score, runs) })),
    marks: marks.flatMap(marksOf),
  };
}

function captionsOf(texts: OfEachKind<readonly FullText[]>, runs: FullJsonRuns): ImportedCaption[] {
  const isLinked = Object.values(texts)
    .flat()
    .some(({ basedOn, basedOnOther }) => basedOn !== null || basedOnOther !== undefined);
  const ids = ofEachKind((kind) => (isLinked ? texts[kind].map(() => Symbol('text')) : []));
  return textKindSchema.options.flatMap((kind) =>
    texts[kind].map((text, index) => {
      const { kind: otherKind, index: otherIndex } = text.basedOnOther ?? { kind, index: text.basedOn };
      const id = ids[kind][index];
      const basedOn = otherIndex === null ? undefined : ids[otherKind][otherIndex];
      return { kind, id, basedOn: basedOn === id ? undefined : basedOn, ...captionOf(text, runs) };
    }),
  );
}

function captionOf(text: FullText, runs: FullJsonRuns): ImportedCaption {
  const [first, ...later] = text.scores;
  // The filter's score was given as the text was written.
  const isOwn =
    first !== undefined &&
    first.run === text.run &&
    first.at === text.at &&
    first.itc === null &&
    first.doubtful !== null;
  const captionScore = isOwn
    ? { itm: first.itm, doubtful: first.doubtful === true, candidates: text.candidates }
    : undefined;
  return {
    ...textOf(text, runs),
    captionScore,
    scores: (isOwn ? later : text.scores).map((score) => scoreOf(score, runs)),
    approvedAtMs: maybeTimeOf(text.approvedAt),
    language: text.language ?? undefined,
    seen: text.seen ?? undefined,
  };
}

function textOf(text: FullText | FullAnswer, runs: FullJsonRuns) {
  return {
    text: text.text,
    source: text.source,
    run: runs.of(text.run),
    atMs: timeOf(text.at),
    instruction: text.instruction ?? undefined,
    warnings: knownWarnings(text.warnings),
    isOutdated: text.outdated,
    copiedFrom: text.copiedFrom ? { name: text.copiedFrom.file } : undefined,
  };
}

/** Without those of a newer version, which nobody here could read. */
function knownWarnings(warnings: FullText['warnings']): PromptWarning[] | undefined {
  const known = warnings.flatMap((warning) => promptWarningSchema.safeParse(warning).data ?? []);
  return known.length === 0 ? undefined : known;
}

function scoreOf(score: FullText['scores'][number], runs: FullJsonRuns): Omit<ImportedScore, 'text'> {
  const { itm, itc, doubtful, run, at } = score;
  return { itm, itc, doubtful, run: runs.of(run), atMs: timeOf(at) };
}

function tagOf(tag: FullTag, runs: FullJsonRuns): ImportedTag {
  return {
    path: tagPathOf(tag.path),
    source: tag.source,
    run: runs.of(tag.run),
    atMs: timeOf(tag.at),
    confidence: tag.confidence ?? undefined,
    approvedAtMs: maybeTimeOf(tag.approvedAt),
  };
}

/** None of one that is new in a newer version. */
function marksOf({ kind, value, at }: FullMark): ImportedMark[] {
  const { data: mark } = markSchema.safeParse({ kind, value });
  return mark === undefined ? [] : [{ mark, atMs: timeOf(at) }];
}

function answerOf(answer: FullAnswer, runs: FullJsonRuns): ImportedAnswer {
  return { ...textOf(answer, runs), question: answer.question, choices: answer.choices ?? undefined };
}

function timeOf(at: string): number {
  return Date.parse(at);
}

function maybeTimeOf(at: string | null): number | undefined {
  return at === null ? undefined : timeOf(at);
}

function* fieldOf(index: string | number, value: unknown): Generator<ImportItem, void> {
  const { data: field } = fieldDefinitionSchema.safeParse(value);
  yield field === undefined ? { name: `fields[${index}]`, remark: 'invalidEntry' } : { field };
}

function nameOf(value: unknown): string | undefined {
  const named = typeof value === 'object' && value !== null && 'file' in value ? value.file : undefined;
  return typeof named === 'string' ? named.slice(0, 300) : undefined;
}
