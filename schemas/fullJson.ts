/**
 * @file The full JSON document, version 2: every text and tag with where it comes from. Written and read by this one schema,
 * from which the published one is made (resources/schemas/). What is known has to be as it says; members that are not known are
 * let through, since they may be added within a version. Any process; data only.
 */
import * as z from 'zod';
import { fieldTypeSchema } from './answerField.ts';
import { modelIdentitySchema, sourceSchema } from './provenance.ts';
import { runKindSchema } from './runDescription.ts';
import { textKindSchema } from './text.ts';

export const fullJsonFormat = 'vignette-captions';
export const fullJsonVersion = 2;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const probabilitySchema = z.number().min(0).max(1);
const sizeSchema = z.int().min(1).nullable();
/** ISO 8601, in UTC. */
const timeSchema = z.iso.datetime();
const keySchema = z.string().regex(/^[\dA-Za-z][\w.-]{0,99}$/);
const runKeySchema = keySchema.describe('A key of `runs`; null for what a person wrote or gave by hand.');

const modelSchema = z
  .looseObject({
    ...modelIdentitySchema.shape,
    source: z.string().nullable().optional().describe('The repository or folder that the checkpoint came from.'),
    revision: z.string().nullable().optional().describe('The commit of that repository.'),
    compiler: z.string().nullable().optional().describe('The version of the compiler.'),
  })
  .meta({ id: 'model' });
export type FullModel = z.output<typeof modelSchema>;

/** A list of tags may have ten thousand, and a folder that is tagged by a rule a run for every few photos. */
export const fullVocabularySchema = z
  .looseObject({
    tags: z.array(z.string()).min(1).describe('`parameters.tags.vocabulary` of the runs that name it.'),
    synonyms: z
      .array(z.looseObject({ word: z.string(), tag: z.string() }))
      .nullable()
      .describe('`parameters.tags.synonyms` of these runs: other words for a tag.'),
    tagPaths: z
      .array(z.array(z.string().min(1)).min(1))
      .nullable()
      .describe('`tagPaths` of these runs.'),
  })
  .meta({ id: 'vocabulary' });
export type FullVocabulary = z.output<typeof fullVocabularySchema>;

/** What is the same for all texts of a run stands once. */
export const fullRunSchema = z
  .looseObject({
    kind: runKindSchema,
    description: z
      .looseObject({ kind: z.string() })
      .nullable()
      .describe('What the run did, as facts of which Vignette makes its title.'),
    model: modelSchema.nullable(),
    instruction: z.string().nullable().describe('Before variables in it are filled in.'),
    promptKind: z.enum(['text', 'question']).nullable(),
    textKind: textKindSchema
      .exclude(['caption'])
      .nullable()
      .optional()
      .describe('What it wrote, where that was no captions. Documents of before do not say it.'),
    parameters: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('All settings of the generation, those by default among them.'),
    filter: z
      .looseObject({
        model: z.looseObject(modelIdentitySchema.shape),
        candidates: z.int().min(1),
        doubtfulBelow: probabilitySchema,
      })
      .nullable()
      .describe('The model that scored the captions as they were written, and how.'),
    tagPaths: z
      .array(z.array(z.string().min(1)).min(1))
      .nullable()
      .describe('Of a run whose answers became tags: the path of each tag of the settings, in their order.'),
    vocabulary: keySchema
      .nullable()
      .optional()
      .describe('A key of `vocabularies`, where the tags that the run chose from stand, and not in the run itself.'),
    device: z.string().nullable(),
    importedFrom: z.string().nullable().describe('The file that an import read.'),
    at: timeSchema.nullable().describe('When it began.'),
  })
  .meta({ id: 'run' });
export type FullRun = z.output<typeof fullRunSchema>;

const warningSchema = z
  .looseObject({
    code: z.string(),
    message: z.string(),
    parts: z.array(z.string()).optional(),
  })
  .meta({ id: 'warning' });

/** What a matching model makes of a text. */
const scoreSchema = z
  .looseObject({
    itm: probabilitySchema.describe('Probability that text and photo match.'),
    itc: z.number().min(-1).max(1).nullable().describe('Cosine of their embeddings.'),
    doubtful: z.boolean().nullable().describe('Below the threshold of the model.'),
    run: runKeySchema.nullable(),
    at: timeSchema,
  })
  .meta({ id: 'score' });

const authored = {
  source: sourceSchema.describe('Who wrote or gave it.'),
  run: runKeySchema.nullable(),
  at: timeSchema,
};
const approvedAt = timeSchema
  .nullable()
  .describe("When a person said of a model's or an import's that it is right; the author stays who it was.");
const copiedFrom = z
  .looseObject({
    file: z.string().min(1).nullable().describe('As `file` of photos names it; null where it is not known any more.'),
  })
  .nullable()
  .optional()
  .describe(
    'The photo that the model wrote it for, where this one of its stack was given the same. Documents of before do not say it.',
  );
const outdated = z.boolean().describe("The photo's content changed since.");
const instruction = z
  .string()
  .nullable()
  .describe("What the model was given, where that is not the run's instruction.");

export const fullTextSchema = z
  .looseObject({
    text: z.string(),
    ...authored,
    instruction,
    shown: z.boolean().describe('The one of its kind that Vignette shows for the photo.'),
    approvedAt,
    outdated,
    language: z.string().nullable(),
    itm: probabilitySchema.nullable().describe('Of the last score.'),
    doubtful: z.boolean().nullable().describe('Of the last score.'),
    scores: z
      .array(scoreSchema)
      .describe("Oldest first. The score of the filter, given as the text was written, has the text's own run."),
    candidates: z
      .array(z.looseObject({ text: z.string(), itm: probabilitySchema }))
      .describe('What the filter chose from, best first.'),
    warnings: z
      .array(warningSchema)
      .describe('What to know about how it was written: of the prompt, and of the end of the text.'),
    seen: z
      .looseObject({ width: z.int().min(1), height: z.int().min(1) })
      .nullable()
      .describe('The picture that the model saw, in pixels.'),
    copiedFrom,
    basedOn: z.int().min(0).nullable().describe('Index in this list of the text that a person started from.'),
    basedOnOther: z
      .looseObject({ kind: textKindSchema, index: z.int().min(0) })
      .optional()
      .describe('The same, where that text is of another kind: which kind, and the index in its list.'),
  })
  .meta({ id: 'text' });
export type FullText = z.output<typeof fullTextSchema>;

export const fullTagSchema = z
  .looseObject({
    path: z.array(z.string().min(1)).min(1).describe('From the top: ["places", "France"].'),
    ...authored,
    confidence: probabilitySchema.nullable(),
    approvedAt,
  })
  .meta({ id: 'tag' });
export type FullTag = z.output<typeof fullTagSchema>;

export const fullAnswerSchema = z
  .looseObject({
    question: z.string().min(1),
    text: z.string(),
    ...authored,
    instruction,
    shown: z.boolean().describe('The one answer to the question that Vignette shows for the photo.'),
    outdated,
    choices: z
      .array(z.looseObject({ text: z.string(), probability: probabilitySchema }))
      .nullable()
      .describe('Where the model had to choose.'),
    copiedFrom,
    warnings: z.array(warningSchema),
  })
  .meta({ id: 'answer' });
export type FullAnswer = z.output<typeof fullAnswerSchema>;

export const fullMarkSchema = z
  .looseObject({
    kind: z.string().describe('`rating`, `flag` or `label`.'),
    value: z
      .union([z.int(), z.string()])
      .describe(
        '0 to 5 stars; `pick`, `reject`; `red`, `yellow`, `green`, `blue`, `purple`. `none`: no flag, no label.',
      ),
    at: timeSchema,
  })
  .meta({ id: 'mark' });
export type FullMark = z.output<typeof fullMarkSchema>;

export const fullPhotoSchema = z
  .looseObject({
    file: z.string().min(1).describe('From the folder that paths start at, with / between the parts.'),
    sha256: sha256Schema.nullable().describe("Of the photo's file; null where it was not read to its end yet."),
    width: sizeSchema.describe('In pixels, with the orientation applied.'),
    height: sizeSchema,
    captions: z.array(fullTextSchema),
    altTexts: z.array(fullTextSchema),
    longDescriptions: z.array(fullTextSchema),
    tags: z.array(fullTagSchema),
    answers: z.array(fullAnswerSchema),
    marks: z
      .array(fullMarkSchema)
      .optional()
      .describe('What a person gave while sorting, one of each kind at most. Documents of before do not say it.'),
    scores: z.array(scoreSchema.extend({ text: z.string() })).describe('Of other texts, which nobody gave the photo.'),
  })
  .meta({ id: 'photo' });
export type FullPhoto = z.output<typeof fullPhotoSchema>;

export const fullFieldSchema = z
  .looseObject({
    name: z.string().min(1),
    type: fieldTypeSchema.describe('What the answers are taken for: `yesNo`, a number, one of a list, any text.'),
    values: z.array(z.string().min(1)).describe('Of a list, in order; otherwise empty.'),
    questions: z.array(z.string().min(1)).describe('Whose answers the field holds.'),
  })
  .meta({ id: 'field' });
export type FullField = z.output<typeof fullFieldSchema>;

const failureSchema = z.looseObject({ file: z.string(), code: z.string(), message: z.string() });
export type FullFailure = z.output<typeof failureSchema>;

/**
 * The members stand in this order in what Vignette writes, so that whoever reads while it comes knows the vocabularies when the
 * first run names one, and the runs when the first photo does. JSON itself promises no order.
 */
export const fullJsonSchema = z.looseObject({
  format: z.literal(fullJsonFormat),
  version: z.literal(fullJsonVersion),
  vocabularies: z.record(keySchema, fullVocabularySchema).optional().describe('That runs name, each once.'),
  fields: z
    .array(fullFieldSchema)
    .optional()
    .describe('Names and types under which answers are kept; answers stand with their questions.'),
  runs: z.record(runKeySchema, fullRunSchema),
  photos: z.array(fullPhotoSchema),
  failed: z.array(failureSchema).describe('Photos that got no caption.'),
});
export type FullJson = z.output<typeof fullJsonSchema>;

/** As JSON Schema, draft 2020-12: the content of `resources/schemas/vignette-captions-2.schema.json`. */
export function publishedFullJsonSchema(): unknown {
  const { $schema, ...schema } = z.toJSONSchema(fullJsonSchema, { io: 'input' });
  return {
    $schema,
    title: 'Vignette captions, version 2',
    description: 'Photos with every caption, alt text, tag, answer and score, and where each comes from.',
    ...schema,
  };
}
