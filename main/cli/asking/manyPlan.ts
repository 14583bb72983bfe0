/** @file What `vignette ask` was asked for where that is more than one question about one photo: checks the flags against each other. Pure. */
import path from 'node:path';
import * as z from 'zod';
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { GenerationSettings } from '../../../native-models/generation/generationSettings.ts';
import { blanksIn } from '../../../schemas/blanks.ts';
import type { FieldType } from '../../../schemas/choices.ts';
import { questionKey } from '../../library/catalog/texts/questionKey.ts';
import type { FieldQuestion } from '../../library/editing/askedFields.ts';
import { assertByteOrderMark } from '../captioning/captionPlan.ts';
import { choicesNamed } from '../constraintOptions.ts';
import { namedDevice } from '../deviceOption.ts';
import { UsageError } from '../exitCodes.ts';
import { fieldTypeNamed } from '../fieldTypeNames.ts';
import { generationSettings } from '../generationOptions.ts';
import { pathIn } from '../namedFile.ts';
import { choicesOfAll, type QuestionSaid, questionFlagsSchema, questionsSaid } from './questionFlags.ts';

/** Documents with a place for answers. */
const answerFormatSchema = z.enum(['csv', 'jsonl', 'json-full']);
type AnswerFormat = z.output<typeof answerFormatSchema>;
export const answerFormats: readonly string[] = answerFormatSchema.options;

/** Where answers go, beside the library. */
export type AnswerTarget =
  | { readonly kind: 'lines' }
  | { readonly kind: 'stdout'; readonly format: AnswerFormat }
  | { readonly kind: 'file'; readonly format: AnswerFormat; readonly file: string };

export interface ManyPlan {
  readonly paths: readonly string[];
  /** Each once. */
  readonly questions: readonly FieldQuestion[];
  readonly target: AnswerTarget;
  /** Of questions without choices. */
  readonly settings: GenerationSettings;
  readonly modelId: string | undefined;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  /** Only a sample of the photos, before the same is done with all of them; no document is written. */
  readonly tries: boolean;
  /** Also what was answered on these terms. */
  readonly again: boolean;
  readonly json: boolean;
  /** Of a CSV document. */
  readonly byteOrderMark: boolean;
}

const optionValuesSchema = z.object({
  ...questionFlagsSchema.shape,
  model: z.string().optional(),
  out: z.string().optional(),
  format: z.string().optional(),
  bom: z.boolean().default(false),
  json: z.boolean().default(false),
  again: z.boolean().default(false),
  try: z.boolean().default(false),
  preset: z.string().optional(),
  history: z.string().optional(),
  raw: z.boolean().default(false),
});

/** Whether something is said that only concerns answers in the library. A folder, or several photos, do so, too. */
export function asksMany(named: readonly string[], optionValues: unknown): boolean {
  const { question, placed, out, format, again, try: tries } = optionValuesSchema.parse(optionValues);
  const keeps = placed.some(({ flag }) => flag === '--field');
  return named.length > 2 || question.length > 0 || keeps || (out ?? format) !== undefined || again || tries;
}

export function hasQuestionFlag(optionValues: unknown): boolean {
  return optionValuesSchema.parse(optionValues).question.length > 0;
}

/** @param named photos and folders, and the question as the last of them where no flag has any */
export async function manyPlan(named: readonly string[], optionValues: unknown, cwd: string): Promise<ManyPlan> {
  const values = optionValuesSchema.parse(optionValues);
  const { model, out, format, bom, json, again, try: tries, preset, history, raw } = values;
  const isLast = values.question.length === 0 && named.length > 1;
  const paths = isLast ? named.slice(0, -1) : named;
  const questions = distinct(questionsSaid(optionValues, isLast ? named.at(-1) : undefined));
  for (const [flag, isThere] of [
    ['--preset', preset !== undefined],
    ['--history', history !== undefined],
    ['--raw', raw],
  ] as const) {
    if (isThere) throw new UsageError((usage) => usage.onePhotoOnly(flag));
  }
  if (questions.length === 0) throw new UsageError((usage) => usage.questionMissing(paths.at(-1) ?? ''));
  if (questions.some(({ text }) => text === '')) throw new UsageError((usage) => usage.empty('question'));
  const blank = questions.find(({ text }) => blanksIn(text).length > 0);
  if (blank !== undefined) throw new UsageError((usage) => usage.questionHasBlanks(blank.text));
  if (paths.includes('')) throw new UsageError((usage) => usage.empty('path'));
  if (out === '') throw new UsageError((usage) => usage.valueMissing('--out', 'name'));
  if (tries && again) throw new UsageError((usage) => usage.excludes('--try', '--again'));
  const target = targetOf(format, out === undefined ? undefined : pathIn(cwd, out));
  if (json && target.kind === 'stdout' && target.format === 'csv') throw new UsageError((usage) => usage.jsonWithCsv);
  assertByteOrderMark(bom, target.kind === 'lines' ? undefined : target.format);
  const choices = choicesOfAll(optionValues);
  const areAllChosen = questions.every((one) => (one.choices ?? choices) !== undefined);
  const settings = await generationSettings(
    // Beside choices, what concerns free answers has no meaning, unless some are.
    { ...z.record(z.string(), z.unknown()).parse(optionValues), ...(areAllChosen ? {} : { choices: undefined }) },
    cwd,
  );
  return {
    paths,
    questions: questions.map((said) => plannedQuestion(said, choices, settings)),
    target: tries ? { kind: 'lines' } : target,
    settings,
    modelId: model,
    device: namedDevice(optionValues),
    tries,
    again,
    json,
    byteOrderMark: bom,
  };
}

function distinct(questions: readonly QuestionSaid[]): QuestionSaid[] {
  const byKey = new Map<string, QuestionSaid>();
  for (const said of questions) {
    const key = questionKey(said.text);
    if (!byKey.has(key)) byKey.set(key, said);
  }
  return [...byKey.values()];
}

function plannedQuestion(
  { text, field, choices: own }: QuestionSaid,
  ofAll: string | undefined,
  { tags }: GenerationSettings,
): FieldQuestion {
  const choices = own ?? ofAll;
  return {
    question: text,
    ...(choices === undefined ? {} : { choices: choicesNamed(choices) }),
    ...(field === undefined ? {} : { field: fieldOf(field) }),
    ...(tags === undefined ? {} : { fromVocabulary: tags }),
  };
}

/** `season`, or `boats=number`. */
function fieldOf(text: string): { readonly name: string; readonly type: FieldType | undefined } {
  const [, name = '', type] = /^(.*?)(?:=([^=]*))?$/s.exec(text) ?? [];
  if (name.trim() === '') throw new UsageError((usage) => usage.valueMissing('--field', 'name'));
  return { name: name.trim(), type: type === undefined ? undefined : fieldTypeNamed('--field', type) };
}

function targetOf(format: string | undefined, file: string | undefined): AnswerTarget {
  const known = answerFormatSchema.safeParse(format);
  if (format !== undefined && !known.success) {
    throw new UsageError((usage) => usage.noChoice('--format', answerFormats, format));
  }
  if (file !== undefined) return { kind: 'file', format: known.data ?? formatOfName(file), file };
  return known.data === undefined ? { kind: 'lines' } : { kind: 'stdout', format: known.data };
}

function formatOfName(file: string): AnswerFormat {
  switch (path.extname(file).toLowerCase()) {
    case '.jsonl':
      return 'jsonl';
    case '.json':
      return 'json-full';
    default:
      return 'csv';
  }
}
