/** @file English: help on the options that several commands take, and what stands around every help. */
import { type NumberRange, rangeText } from './usage.en.ts';

interface NumberOption {
  readonly range: NumberRange;
  readonly byDefault: number;
}

/** What each of the generation flags with a number does. */
const numbers = {
  numBeams: 'number of beams; 1 is greedy search',
  maxNewTokens: 'maximum length',
  minNewTokens: 'minimum length',
  lengthPenalty: 'above 0 favors long answers, below 0 short ones; with --beams only',
  repetitionPenalty: 'above 1 makes repeated words less likely',
  noRepeatNgramSize: 'no sequence of N tokens occurs twice; 0 is off',
  temperature: 'with --sample: higher values give more varied answers',
  topP: 'with --sample: only the most likely tokens that add up to this probability; 1 is off',
  topK: 'with --sample: only the N most likely tokens; 0 is off',
  seed: 'with --sample: the same seed gives the same answer',
};

export const options = {
  /** Headings, by the one that commander writes. */
  headings: {
    'Usage:': 'Usage:',
    'Arguments:': 'Arguments:',
    'Options:': 'Options:',
    'Commands:': 'Commands:',
    'Generation:': 'Generation:',
    'Library:': 'Many photos:',
  } as Readonly<Record<string, string>>,
  byDefault: (description: string, value: string) => `${description} (default: ${value})`,
  version: 'output the version number',
  help: 'display help for command',
  library: 'library folder (default: VIGNETTE_HOME, or the data folder of the system)',
  json: 'print results as JSON on stdout; messages and progress go to stderr',
  device: (choices: readonly string[]) => `where to run models: ${choices.join(', ')} (default: the library's setting)`,
  model: "model to use (default: the library's default model, the model you imported, or the bundled demo model)",
  preset: 'use a preset; list them with: vignette presets list',
  out: 'output file or folder (default: stdout; for sidecars, beside the photos)',
  byteOrderMark: 'start a CSV file with a byte order mark, so that Excel reads it as UTF-8',
  oneOf: (choices: readonly string[]) => `one of ${choices.join(', ')}`,
  number: (key: keyof typeof numbers, { range, byDefault }: NumberOption) =>
    `${numbers[key]} (${rangeText(range)}, default ${byDefault})`,
  sample: 'sample tokens by probability instead of picking the most likely',
  stop: 'end the answer before this text; can be repeated',
  forbid: 'words that must not occur, separated by commas',
  allowLoops: 'do not stop an answer that repeats itself',
  choices: 'restrict the answer to one of these: "cat,dog,none"',
  tags: 'restrict the answer to a list of these tags: "a,b,c", or @FILE',
  minTags: 'with --tags: minimum number of tags (default 1)',
  maxTags: 'with --tags: maximum number of tags (default 10)',
  requireTags: 'with --tags: tags that are always included',
  excludeTags: 'with --tags: tags that are never included',
};
