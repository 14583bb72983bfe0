/** @file The `vignette ask …` that gives the answer in question, quoted for the shell that the photo's path suggests. Pure; renderer only. */
import type { AnswerDetails } from '../../../preload/contract/chat.ts';

/** What is left out has the model's default; the names are those of the command's flags. */
const flags: readonly {
  readonly key: string;
  readonly flag: string;
  readonly off: number;
  readonly sampling?: true;
}[] = [
  { key: 'numBeams', flag: '--beams', off: 1 },
  { key: 'maxNewTokens', flag: '--max-new-tokens', off: 64 },
  { key: 'minNewTokens', flag: '--min-new-tokens', off: 0 },
  { key: 'lengthPenalty', flag: '--length-penalty', off: 1 },
  { key: 'repetitionPenalty', flag: '--repetition-penalty', off: 1 },
  { key: 'noRepeatNgramSize', flag: '--no-repeat-ngram', off: 0 },
  { key: 'temperature', flag: '--temperature', off: 1, sampling: true },
  { key: 'topP', flag: '--top-p', off: 1, sampling: true },
  { key: 'topK', flag: '--top-k', off: 0, sampling: true },
  { key: 'seed', flag: '--seed', off: 0, sampling: true },
];

/** The settings that say something: the search and the length, and whatever differs from its default. */
export function tellingSettings(settings: Readonly<Record<string, unknown>>): [name: string, value: string][] {
  const always = new Set(['numBeams', 'maxNewTokens']);
  return Object.entries(settings).flatMap(([name, value]): [string, string][] => {
    const flag = flags.find(({ key }) => key === name);
    const isDefault = flag === undefined ? isNothing(value) : value === flag.off || (flag.sampling && !settings.sample);
    if (isDefault && !always.has(name)) return [];
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
  });
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

/** Nothing in it has a meaning for the shell. */
const plain = /^[\w@%+=:,./-]+$/;

function quotedForPosix(text: string): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** PowerShell takes its single quotes literally, the curly ones included. */
function quotedForPowerShell(text: string): string {
  return /^[\w=./\\:-]+$/.test(text) ? text : `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}

function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}

function settingFlags(settings: Readonly<Record<string, unknown>>): string[] {
  const samples = settings.sample === true;
  return flags.flatMap(({ key, flag, off, sampling }) => {
    const value = settings[key];
    if (typeof value !== 'number' || value === off || (sampling === true && !samples)) return [];
    return [flag, String(value)];
  });
}

/**
 * @param details with the prompt as the model was given it: with what was said before, in the words of the model's
 *   family. Of an answer that was stopped only the question is known, which the command puts into those words itself.
 */
export function askCommand(photoPath: string, details: AnswerDetails, isWorded: boolean): string {
  const quoted = isWindowsPath(photoPath) ? quotedForPowerShell : quotedForPosix;
  const options = [
    '--model',
    details.modelId,
    ...(isWorded ? ['--raw'] : []),
    ...settingFlags(details.settings),
    ...(details.settings.sample === true ? ['--sample'] : []),
  ];
  // After -- nothing is taken for an option, whatever it begins with.
  return ['vignette', 'ask', ...options, '--', photoPath, details.prompt].map(quoted).join(' ');
}
