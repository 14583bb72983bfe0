/** @file The runs that exported texts name. Plain functions for reader threads. */
import * as z from 'zod';
import type { ExportFilter } from '../../../../schemas/exports.ts';
import type { RunKind } from '../../../../schemas/runDescription.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { vocabularyHash, wholeSettings, wholeTagPaths } from '../runs/runVocabularies.ts';
import { shownFirst } from '../texts/captions.ts';
import { runIdentitySchema } from '../texts/provenance.ts';
import type { DocumentRun } from './documentRecord.ts';
import { type DocumentVocabulary, partedTerms } from './documentVocabulary.ts';
import {
  answerFits,
  captionFits,
  captionIsOf,
  captionsFrom,
  documentRunKey,
  isNoEdit,
  tagFits,
  textKindsIn,
} from './exportConditions.ts';
import type { ExportArgs } from './exportRecords.ts';

export interface ExportedRuns {
  /** In the order in which they began. */
  readonly runs: readonly DocumentRun[];
  /** Those that the runs name, by key. They are read one by one: there may be many, of megabytes each. */
  readonly vocabularies: readonly ExportedVocabulary[];
}

export interface ExportedVocabulary extends ExportedTerms {
  readonly key: string;
}

/** Those of a run, or of a question that it asked on terms of its own. */
interface ExportedTerms {
  readonly runId: number;
  readonly questionId: number | null;
}

interface RunRow extends ExportedTerms {
  readonly key: string;
  readonly kind: RunKind;
  readonly description: string | null;
  readonly model: string | null;
  readonly instruction: string | null;
  readonly promptKind: DocumentRun['promptKind'];
  readonly textKind: DocumentRun['textKind'];
  readonly parameters: string | null;
  readonly filter: string | null;
  readonly tagPaths: string | null;
  readonly hash: Uint8Array | null;
  readonly device: string | null;
  readonly importedFrom: string | null;
  readonly atMs: number;
}

export function runsToExport(connection: CatalogConnection, { photoIds, filter }: ExportArgs): ExportedRuns {
  const { tags, answers, alternatives } = filter.included;
  const kinds = textKindsIn(filter);
  const named = [
    ...kinds.flatMap((kind) => textRuns(filter, kind)),
    ...(kinds.length > 0 && !filter.humanOnly
      ? [
          `SELECT score.run_id FROM wanted
           JOIN score ON score.photo_id = wanted.id AND score.removed_run_id IS NULL AND score.caption_id IS NULL`,
        ]
      : []),
    ...(tags
      ? [
          `SELECT coalesce(author_run_id, run_id) FROM wanted JOIN photo ON photo.id = wanted.id
           JOIN photo_tag ON ${tagFits(filter)}`,
        ]
      : []),
    ...(answers
      ? [
          `SELECT answer.run_id FROM wanted JOIN photo ON photo.id = wanted.id
           JOIN answer ON ${answerFits(filter, alternatives)}`,
        ]
      : []),
  ];
  const runs: DocumentRun[] = [];
  const vocabularies = new Map<string, ExportedVocabulary>();
  const keyOf = (hash: string, terms: ExportedTerms): string => {
    const known = vocabularies.get(hash) ?? { key: String(vocabularies.size + 1), ...terms };
    vocabularies.set(hash, known);
    return known.key;
  };
  // One after the other: those of before, and of other libraries, have their tags themselves.
  const rows = connection
    .prepare<[string], RunRow>(
      `SELECT ${documentRunKey('run.id', 'run.question_id')} AS key, run.id AS runId, run.question_id AS questionId, kind,
         description, ${modelWithVersion} AS model, prompt AS instruction, prompt_kind AS promptKind, text_kind AS textKind,
         settings AS parameters, filter, run.tag_paths AS tagPaths, run_vocabulary.hash, device,
         import_source AS importedFrom, created_at_ms AS atMs
       FROM ${runsByTerms} LEFT JOIN run_vocabulary ON run_vocabulary.id = run.vocabulary_id
       WHERE run.id IN (SELECT value FROM json_each(?)) AND ${isNoEdit} ORDER BY run.id, run.question_id`,
    )
    .iterate(JSON.stringify(idsFrom(connection, named, photoIds)));
  for (const { description, model, filter: scoredBy, hash, runId, questionId, ...row } of rows) {
    const { vocabulary, ...terms } = partedTerms({
      parameters: parsed(parametersSchema, row.parameters),
      tagPaths: parsed(tagPathsSchema, row.tagPaths),
    });
    // By the hash under which the catalog keeps those of newer runs.
    const itsHash = hash ?? (vocabulary === null ? null : hashOf(vocabulary));
    runs.push({
      ...row,
      ...terms,
      description: parsed(descriptionSchema, description),
      model: parsed(modelSchema, model),
      filter: parsed(runIdentitySchema.shape.filter.unwrap(), scoredBy),
      vocabulary: itsHash === null ? null : keyOf(Buffer.from(itsHash).toString('hex'), { runId, questionId }),
    });
  }
  return { runs, vocabularies: [...vocabularies.values()] };
}

/** @param selects of ids of runs, by the photos in `wanted`. One after the other: for all at once, SQLite holds the photos several times. */
function idsFrom(connection: CatalogConnection, selects: readonly string[], photoIds: readonly number[]): number[] {
  const json = JSON.stringify(photoIds);
  const ids = new Set<number>();
  for (const select of selects) {
    const found = connection
      .prepare<[string], number>(
        `WITH wanted (id) AS (SELECT value FROM json_each(?)) SELECT DISTINCT * FROM (${select})`,
      )
      .pluck()
      .iterate(json);
    for (const id of found) ids.add(id);
  }
  return [...ids];
}

/** SQL: runs, and once more with the terms of each question that they asked on its own. */
const runsByTerms = `(
    SELECT id, NULL AS question_id, kind, description, model, prompt, prompt_kind, text_kind, settings, filter, tag_paths,
      vocabulary_id, device, import_source, created_at_ms FROM run
    UNION ALL
    SELECT run.id, question_id, kind, description, model, prompt, prompt_kind, text_kind, terms.settings, filter, NULL,
      terms.vocabulary_id, device, import_source, created_at_ms
    FROM run JOIN question_terms AS terms ON terms.run_id = run.id
  ) AS run`;

/** Of one that has one. */
export function vocabularyToExport(
  connection: CatalogConnection,
  { runId, questionId }: ExportedTerms,
): DocumentVocabulary {
  const [row] = connection
    .prepare<[number, number | null], Pick<RunRow, 'parameters' | 'tagPaths'>>(
      `SELECT ${wholeSettings} AS parameters, ${wholeTagPaths} AS tagPaths FROM ${runsByTerms}
       WHERE id = ? AND question_id IS ?`,
    )
    .all(runId, questionId);
  const { vocabulary } = partedTerms({
    parameters: parsed(parametersSchema, row?.parameters ?? null),
    tagPaths: parsed(tagPathsSchema, row?.tagPaths ?? null),
  });
  if (vocabulary === null) throw new RangeError(`the run ${runId} has no vocabulary`);
  return vocabulary;
}

function hashOf({ tags: vocabulary, synonyms, tagPaths }: DocumentVocabulary): Uint8Array {
  return vocabularyHash({ vocabulary, synonyms: synonyms ?? undefined }, tagPaths ?? undefined);
}

/** Who wrote the texts of the kind, and who scored them. */
function textRuns(filter: ExportFilter, kind: TextKind): string[] {
  const isOfKind = `${captionIsOf} AND ${captionFits(filter, kind)}`;
  const first = `SELECT caption.id FROM ${captionsFrom} WHERE ${isOfKind} ORDER BY ${shownFirst} LIMIT 1`;
  const exported = filter.included.alternatives ? isOfKind : `caption.id = (${first})`;
  return [
    `SELECT coalesce(caption.author_run_id, caption.run_id) FROM wanted JOIN photo ON photo.id = wanted.id
     JOIN ${captionsFrom} WHERE ${exported}`,
    `SELECT score.run_id FROM wanted JOIN photo ON photo.id = wanted.id
     JOIN score ON score.photo_id = photo.id AND score.removed_run_id IS NULL
     WHERE score.caption_id IN (SELECT caption.id FROM ${captionsFrom} WHERE ${exported})`,
  ];
}

/** With the version that wrote last; without one, where nothing is known of it. */
const modelWithVersion = `coalesce((
    SELECT json_patch(run.model, json_object(
        'source', version.source, 'revision', version.revision, 'compiler', version.compiler))
    FROM run_model JOIN model_version AS version ON version.id = model_version_id
    WHERE run_id = run.id AND model_id = run.model ->> '$.id' ORDER BY version.id DESC LIMIT 1
  ), run.model)`;

const tagPathsSchema = runIdentitySchema.shape.tagPaths.unwrap();
const descriptionSchema = z.looseObject({ kind: z.string() });
const parametersSchema = z.record(z.string(), z.unknown());
const modelSchema = z.object({
  id: z.string(),
  sha256: z.string(),
  precision: z.string(),
  source: z.string().optional(),
  revision: z.string().optional(),
  compiler: z.string().optional(),
});

function parsed<Value>(schema: z.ZodType<Value>, json: string | null): Value | null {
  return json === null ? null : schema.parse(JSON.parse(json));
}
