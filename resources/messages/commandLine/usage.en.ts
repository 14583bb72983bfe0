/** @file English: what is wrong with the options and arguments of a command. */

/** Bounds of an option's number; undefined where there is none. */
export interface NumberRange {
  readonly isWhole: boolean;
  readonly from?: number | undefined;
  readonly above?: number | undefined;
  readonly to?: number | undefined;
}

/** "a whole number from 1 to 64", "a number above 0 and at most 1". */
export function rangeText({ isWhole, from, above, to }: NumberRange): string {
  const noun = isWhole ? 'a whole number' : 'a number';
  if (from !== undefined && to !== undefined) return `${noun} from ${from} to ${to}`;
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(from === undefined ? [] : [`of at least ${from}`]),
    ...(to === undefined ? [] : [`at most ${to}`]),
  ];
  return bounds.length === 0 ? noun : `${noun} ${bounds.join(' and ')}`;
}

type Mistake = 'missingArgument' | 'valueMissing' | 'unknownOption' | 'unknownCommand' | 'tooManyArguments';

const objects = { folder: 'a folder', file: 'a file', name: 'a name' };
const empty = {
  path: 'A path is empty.',
  photo: 'The path to the photo is empty.',
  checkpoint: 'The checkpoint path is empty.',
  folder: 'A folder name is empty.',
  question: 'The question is empty.',
  text: 'The text is empty.',
};

export const usage = {
  /** What commander finds. @param text its own sentence @param value that it is about @param meant what may be meant */
  mistake: (_kind: Mistake, text: string, _value?: string, _meant?: string): string => text,
  valueMissing: (flag: string, what: keyof typeof objects) => `${flag} requires ${objects[what]}.`,
  empty: (what: keyof typeof empty) => empty[what],
  outOfRange: (flag: string, range: NumberRange, text: string) => `${flag} must be ${rangeText(range)}, not "${text}".`,
  noChoice: (flag: string, choices: readonly string[], text: string) =>
    `${flag} must be one of ${choices.join(', ')}, not "${text}".`,
  together: (flag: string, other: string) => `${flag} cannot be used with ${other}.`,
  needs: (flag: string, other: string) => `${flag} requires ${other}.`,
  excludes: (flag: string, other: string) => `${flag} and ${other} exclude each other.`,
  without: (flag: string, needed: string) => `${flag} requires ${needed}.`,
  /** @param entry of a list; undefined for the value as a whole @param detail English */
  invalid: (flag: string, entry: number | undefined, detail: string) =>
    `${flag}: ${entry === undefined ? '' : `entry ${entry}: `}${detail}`,
  moreThan: (flag: string, value: number, other: string, limit: number) =>
    `${flag} (${value}) cannot be more than ${other} (${limit}).`,
  rawWithHistory: '--raw and --history exclude each other: raw text stands for the whole prompt.',
  jsonWithCsv: '--json and --format csv exclude each other on stdout; name a file with --out.',
  beamsWithCandidates: '--beams and --candidates exclude each other: candidates are sampled.',
  humanAndApproved: '--human and --approved: choose one of the two.',
  bomWithoutCsv: '--bom is for CSV only.',
  outIsPhoto: (file: string) => `--out ${file} is one of the photos.`,
  hostName: (name: string) =>
    `--allow-host requires a name without port or path, such as photos.example, not "${name}".`,
  onePhotoOnly: (flag: string) => `${flag} is for one question about one photo.`,
  questionIsPhoto: (file: string) => `${file} is a photo. The question comes last; several are given with --question.`,
  questionHasBlanks: (question: string) => `The question "${question}" has a blank. Fill it in.`,
  beforeQuestion: (flag: string) => `Give ${flag} after the --question that it is for.`,
  twiceForQuestion: (flag: string, question: string) =>
    `${flag} is there twice for "${question}". Give it after its own --question.`,
  questionMissing: (photo: string) =>
    `There is no question after "${photo}". Name the photo first, then the question; or choose a preset with --preset.`,
  questionTwice: (text: string) =>
    `There is no photo "${text}". With --question, name photos and folders only; repeat --question for each question.`,
  presetNeedsQuestion: (preset: string) => `The preset ${preset} requires a question.`,
  presetIsQuestion: (preset: string) => `The preset ${preset} requires a question. Use it with vignette ask.`,
  presetHasBlanks: (preset: string, blanks: number) =>
    blanks === 1
      ? `The preset ${preset} has a blank: give what goes there in place of the question.`
      : `The preset ${preset} has ${blanks} blanks: give what goes there in place of the question, separated by commas.`,
  presetHasQuestion: (preset: string) =>
    `The preset ${preset} already contains a question. Leave out yours, or the preset.`,
  keywordListUnreadable: (file: string, reason: string) => `The file ${file} cannot be read: ${reason}.`,
  tagsUnreadable: (file: string, reason: string) => `--tags: the file ${file} cannot be read: ${reason}.`,
  historyUnreadable: (file: string, reason: string) => `The conversation in ${file} cannot be read: ${reason}.`,
  historyNotJson: (file: string) => `The conversation in ${file} cannot be read: it is not JSON.`,
  historyInvalid: (file: string) => `The conversation in ${file} is not a list of {"question": "…", "answer": "…"}.`,
  noRunNumber: (text: string) => `Enter the number of a run, as listed by vignette runs list, not "${text}".`,
  severalModels: (ids: readonly string[]) =>
    `Several models are installed. Choose one with --model (${ids.join(', ')}).`,
  chooseMatcher:
    'Choose the matching model with --filter. Import one with: vignette models import FOLDER (in a checkout, npm run build makes the demo model).',
  pairInvalid: (line: number) => `Line ${line} of the pairs is not {"image": …, "text": …, "holds": true or false}.`,
  pairsOneSided: 'The pairs must include both true and false texts.',
  noBackup: (name: string) => `There is no backup named ${name}. To list backups: vignette library restore --list`,
  severalFolders: (name: string, count: number) => `${name} matches ${count} folders. Choose one of them.`,
  tagsOrCaption: (file: string, suggested: 'tags' | 'caption') =>
    `Are the texts in ${file} lists of tags, or captions? They look like ${suggested === 'tags' ? 'tags' : 'captions'}: add --as ${suggested}, or the other.`,
  noSuchQuestion: (question: string) => `No photo has an answer to the question "${question}".`,
  splitInvalid: (split: string) =>
    `--split requires shares in per cent that add up to 100, such as train=80,validation=10,test=10, not "${split}".`,
  nothingToExport: 'Nothing to export. Add --tags or --answers.',
  nothingToSet: (flags: readonly string[]) => `Nothing to set. Add ${flags.join(' or ')}.`,
  captionsOnly: (format: string) => `--format ${format} contains only captions and cannot be used with --no-captions.`,
  noPlaceFor: (option: string, format: string, formats: readonly string[]) =>
    `--format ${format} has no place for ${option}. Use one of: ${formats.join(', ')}.`,
  sidecarsWithoutAnswers: 'Sidecars cannot contain answers.',
  embedOut: 'With --format embed, captions go into the photo files; leave out --out.',
  onlyWithEmbed: (option: string) => `${option} can only be used with --format embed.`,
  libraryEmpty: 'The library is empty. To add a folder: vignette library add FOLDER',
};

export type UsageTexts = typeof usage;
