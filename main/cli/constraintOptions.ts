/** @file The generation flags that say what an answer may be and where it ends. Their limits are those of the settings. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { readForeignFile } from '../../native-models/foreignFile.ts';
import {
  type GenerationSettings,
  generationSettingsSchema,
} from '../../native-models/generation/generationSettings.ts';
import type { OptionTexts } from '../../resources/messages/commandLine/texts.ts';
import { otherForms, type TagWords, tagWords } from '../library/catalog/texts/vocabulary.ts';
import { fileSystemReason } from '../library/files/fileSystemError.ts';
import { keywordListText, readKeywordList } from '../library/interchange/keywordList.ts';
import { UsageError } from './exitCodes.ts';
import { pathIn } from './namedFile.ts';

const { shape: settingSchemas } = generationSettingsSchema;

type ConstraintSettings = Pick<GenerationSettings, 'stop' | 'forbid' | 'stopOnLoop' | 'choices' | 'tags'>;

const textsSchema = z.array(z.string()).optional();

const optionValuesSchema = z.object({
  stop: textsSchema,
  forbid: textsSchema,
  allowLoops: z.boolean().default(false),
  choices: z.string().optional(),
  tags: z.string().optional(),
  minTags: z.string().optional(),
  maxTags: z.string().optional(),
  requireTags: textsSchema,
  excludeTags: textsSchema,
});

/** Of a file of tags. */
const maxTagsBytes = 16 << 20;

/** What has no meaning beside choices: they are compared with each other, and nothing is searched for. */
const besideChoices = [
  ...['--tags', '--stop', '--forbid', '--allow-loops', '--beams', '--max-new-tokens', '--min-new-tokens'],
  ...['--length-penalty', '--repetition-penalty', '--no-repeat-ngram', '--candidates', '--sample'],
];

/** What has no meaning beside tags: their number limits the list, and no tag comes twice. */
const besideTags = [
  ...['--stop', '--forbid', '--allow-loops', '--max-new-tokens', '--min-new-tokens'],
  ...['--repetition-penalty', '--no-repeat-ngram'],
];

const tagDetails = ['--min-tags', '--max-tags', '--require-tags', '--exclude-tags'];

export function addConstraintOptions(command: Command, options: OptionTexts): void {
  const add = (option: Option) => command.addOption(option.helpGroup('Generation:'));
  const repeatable = (flags: string, about: string) => new Option(flags, about).argParser(collected);
  add(repeatable('--stop <TEXT>', options.stop));
  add(repeatable('--forbid <WORDS>', options.forbid));
  add(new Option('--allow-loops', options.allowLoops));
  add(new Option('--choices <LIST>', options.choices));
  add(new Option('--tags <LIST>', options.tags));
  add(new Option('--min-tags <N>', options.minTags));
  add(new Option('--max-tags <N>', options.maxTags));
  add(repeatable('--require-tags <LIST>', options.requireTags));
  add(repeatable('--exclude-tags <LIST>', options.excludeTags));
}

/** Throws UsageError naming the flag and what is wrong with it. @param cwd where a file of tags is looked for */
export async function constraintSettings(optionValues: unknown, cwd: string): Promise<ConstraintSettings> {
  const values = optionValuesSchema.parse(optionValues);
  refuseTogether(optionValues);
  const { stop = [], forbid = [], allowLoops, choices, tags } = values;
  return {
    stop: checked('--stop', settingSchemas.stop, stop),
    forbid: checked('--forbid', settingSchemas.forbid, forbid.flatMap(listed)),
    stopOnLoop: !allowLoops,
    ...(choices === undefined ? {} : { choices: choicesNamed(choices) }),
    ...(tags === undefined ? {} : { tags: await tagSettings(tags, values, cwd) }),
  };
}

/** Throws UsageError where there are not at least two, each once. */
export function choicesNamed(text: string): ConstraintSettings['choices'] {
  return checked('--choices', settingSchemas.choices, listed(text));
}

async function tagSettings(
  tags: string,
  { minTags, maxTags, requireTags = [], excludeTags = [] }: z.output<typeof optionValuesSchema>,
  cwd: string,
): Promise<ConstraintSettings['tags']> {
  return checked('--tags', settingSchemas.tags, {
    ...(tags.startsWith('@') ? await tagsOfFile(tags.slice(1), cwd) : tagsOfFlag(tags)),
    min: tagCount('--min-tags', minTags),
    max: tagCount('--max-tags', maxTags),
    required: requireTags.flatMap(listed),
    excluded: excludeTags.flatMap(listed),
  });
}

function tagsOfFlag(tags: string): TagWords['settings'] {
  const vocabulary = listed(tags).map((tag) => tag.trim());
  const known = new Set(vocabulary.map((tag) => tag.toLowerCase()));
  const named = vocabulary.map((tag) => ({ word: tag, tag }));
  return { vocabulary, synonyms: otherForms(named, (word) => known.has(word)) };
}

/** A keyword list of any kind. Of a path of tags, models say the last name. */
async function tagsOfFile(file: string, cwd: string): Promise<TagWords['settings']> {
  try {
    const text = keywordListText(await readForeignFile(pathIn(cwd, file), maxTagsBytes));
    const { tags } = await readKeywordList(text, { fileName: file, commasSeparate: true });
    return tagWords(tags).settings;
  } catch (error) {
    throw new UsageError((usage) => usage.tagsUnreadable(file, fileSystemReason(error)));
  }
}

function tagCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const least = flag === '--min-tags' ? 0 : 1;
  if (count >= least && count <= 100) return count;
  throw new UsageError((usage) => usage.outOfRange(flag, { isWhole: true, from: least, to: 100 }, text));
}

function refuseTogether(optionValues: unknown): void {
  const given = z.record(z.string(), z.unknown()).parse(optionValues);
  const isGiven = (flag: string) => ![undefined, false].some((absent) => absent === given[optionName(flag)]);
  const refuse = (flags: readonly string[], beside: string) => {
    const flag = flags.find(isGiven);
    if (flag !== undefined) throw new UsageError((usage) => usage.together(flag, beside));
  };
  if (isGiven('--choices')) refuse(besideChoices, '--choices');
  if (isGiven('--tags')) refuse(besideTags, '--tags');
  const detail = isGiven('--tags') ? undefined : tagDetails.find(isGiven);
  if (detail !== undefined) throw new UsageError((usage) => usage.without(detail, '--tags'));
}

/** The name under which commander keeps a flag's value. */
function optionName(flag: string): string {
  return flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function checked<Setting>(flag: string, schema: z.ZodType<Setting>, value: unknown): Setting {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const index = issue?.path.at(-1);
  const entry = typeof index === 'number' ? index + 1 : undefined;
  throw new UsageError((usage) => usage.invalid(flag, entry, issue?.message ?? 'not valid'));
}

function listed(text: string): string[] {
  return text.split(',');
}

function collected(text: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), text];
}
