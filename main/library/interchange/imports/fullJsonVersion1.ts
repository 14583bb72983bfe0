/** @file A photo of a full JSON document of version 1: each text carries its model and settings itself. Pure. */
import * as z from 'zod';
import { sourceSchema } from '../../../../schemas/provenance.ts';
import { type ForeignRun, noFacts } from '../../catalog/imports/restoredRuns.ts';
import type { ImportedAuthor } from './importRecord.ts';
import type { RawRecord } from './soundTexts.ts';

const timeSchema = z.iso.datetime();
const modelSchema = z.looseObject({ id: z.string() }).nullable();

const captionSchema = z.object({
  text: z.string(),
  source: sourceSchema,
  model: modelSchema,
  instruction: z.string().nullable(),
  parameters: z.unknown(),
  itm: z.number().min(0).max(1).nullable(),
  doubtful: z.boolean().optional(),
  candidates: z.array(z.object({ text: z.string(), itm: z.number() })).optional(),
  filter: z.unknown().optional(),
  language: z.string().nullable(),
  approvedAt: timeSchema.nullable().optional(),
  at: timeSchema,
});
type Caption = z.output<typeof captionSchema>;

const photoSchema = z.object({
  file: z.string(),
  sha256: z.string().nullable(),
  captions: z.array(captionSchema),
  tags: z.array(
    z.object({
      path: z.string(),
      source: sourceSchema,
      model: modelSchema,
      confidence: z.number().min(0).max(1).nullable(),
      approvedAt: timeSchema.nullable(),
    }),
  ),
  answers: z.array(
    z.object({ question: z.string(), text: z.string(), source: sourceSchema, model: modelSchema, at: timeSchema }),
  ),
});

/** Of texts with the same model and settings, one run. */
export class RunsOfVersion1 {
  readonly #runs = new Map<string, { readonly value: ForeignRun }>();
  #taken: ForeignRun[] = [];

  /** @param facts what else is known of it */
  of(kind: 'caption' | 'ask', model: unknown, facts: Partial<ForeignRun> = {}): ImportedAuthor['run'] {
    if (model === null) return { value: null };
    const key = JSON.stringify([kind, model, facts]);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const value: ForeignRun = { ...noFacts, kind, model, ...facts };
    const place = { value };
    this.#runs.set(key, place);
    this.#taken.push(value);
    return place;
  }

  /** Those that are new since this was asked. */
  taken(): ForeignRun[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

/** Undefined where it is no such photo. */
export function photoOfVersion1(value: unknown, runs: RunsOfVersion1): RawRecord | undefined {
  const { data: photo } = photoSchema.safeParse(value);
  if (photo === undefined) return undefined;
  return {
    name: photo.file,
    isStem: false,
    sha256: photo.sha256,
    captions: photo.captions.map((caption) => captionOf(caption, runs)),
    tags: photo.tags.map(({ path, source, model, confidence, approvedAt }) => ({
      path,
      source,
      run: authorOf(source, runs.of('caption', model)),
      confidence: confidence ?? undefined,
      approvedAtMs: timeOf(approvedAt),
    })),
    answers: photo.answers.map(({ question, text, source, model, at }) => ({
      question,
      text,
      source,
      run: authorOf(source, runs.of('ask', model)),
      atMs: timeOf(at),
    })),
  };
}

function captionOf(caption: Caption, runs: RunsOfVersion1) {
  const { text, source, model, instruction, parameters, itm, doubtful, candidates = [], filter = null } = caption;
  const run = runs.of('caption', model, { instruction, parameters, filter });
  // Without doubt or none, it is a score of a later run, of which nothing else is told.
  const captionScore = itm === null || doubtful === undefined ? undefined : { itm, doubtful, candidates };
  return {
    text,
    source,
    run: authorOf(source, run),
    atMs: timeOf(caption.at),
    captionScore,
    scores: itm === null || captionScore !== undefined ? [] : [{ itm, itc: null, doubtful: null }],
    language: caption.language ?? undefined,
    approvedAtMs: timeOf(caption.approvedAt),
  };
}

/** What was imported there says nothing of a run. */
function authorOf(source: z.output<typeof sourceSchema>, run: ImportedAuthor['run']): ImportedAuthor['run'] {
  return source === 'import' ? undefined : run;
}

function timeOf(at: string | null | undefined): number | undefined {
  return at === null || at === undefined ? undefined : Date.parse(at);
}
