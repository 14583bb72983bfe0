/** @file What `vignette ask` asks: the question as typed, or a preset, after a conversation where a file holds one. */
import * as z from 'zod';
import { promptStyleOf } from '../../../native-models/compiler/manifest.ts';
import { readForeignFile } from '../../../native-models/foreignFile.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import { type PromptKind, type Turn, turnSchema } from '../../../native-models/prompting/promptRequest.ts';
import { blanksIn, withBlanksFilled } from '../../../schemas/blanks.ts';
import { fileSystemReason } from '../../library/files/fileSystemError.ts';
import { PictureProcesses } from '../../library/images/process/pictureProcesses.ts';
import type { UsableModel } from '../../library/models/chooseModel.ts';
import { promptForFile } from '../../library/prompting/photoPrompt.ts';
import { wordingFor } from '../../library/prompting/presetList.ts';
import { photoVariables, promptTemplate, questionVariable } from '../../library/prompting/promptTemplate.ts';
import { UsageError } from '../exitCodes.ts';
import { pathIn } from '../namedFile.ts';
import type { PresetSource } from '../presetSource.ts';

/** A model reads some thousand words of it. */
const maxHistoryBytes = 16 << 20;

/** As on the command line. */
export interface QuestionFlags {
  readonly question: string | undefined;
  readonly preset: string | undefined;
  /** Path of the conversation so far. */
  readonly history: string | undefined;
  readonly raw: boolean;
}

export interface AskedQuestion {
  readonly prompt: string;
  readonly kind: PromptKind;
  readonly history: Turn[];
}

/** What can be told from the flags alone. @param photo as typed @throws UsageError */
export function checkQuestionFlags({ question, preset, history, raw }: QuestionFlags, photo: string): void {
  if (question === undefined && preset === undefined) {
    throw new UsageError((usage) => usage.questionMissing(photo));
  }
  if (question?.trim() === '' && !raw) {
    throw new UsageError((usage) => usage.empty('question'));
  }
  if (raw && history !== undefined) {
    throw new UsageError((usage) => usage.rawWithHistory);
  }
}

/** @throws UsageError, PromptError when the model cannot be asked it, PromptingError */
export async function askedQuestion(
  flags: QuestionFlags,
  image: string,
  { facts }: UsableModel,
  { presets, cwd }: { readonly presets: PresetSource; readonly cwd: string },
): Promise<AskedQuestion> {
  const style = promptStyleOf(facts);
  const { question = '', preset } = flags;
  const wording = preset === undefined ? undefined : wordingFor(await presets.find(preset), style);
  const kind = flags.raw ? 'text' : (wording?.kind ?? 'question');
  const prompt = wording === undefined ? question : await filled(wording.text, flags, image);
  assertAnswerable(style, { text: prompt, kind });
  return { prompt, kind, history: flags.history === undefined ? [] : await readHistory(flags.history, cwd) };
}

async function filled(text: string, { question, preset }: QuestionFlags, image: string): Promise<string> {
  const blanks = blanksIn(text).length;
  const values = blanks < 2 ? [question ?? ''] : (question ?? '').split(',');
  if (blanks > 0 && (values.length !== blanks || values.some((value) => value.trim() === ''))) {
    throw new UsageError((usage) => usage.presetHasBlanks(preset ?? '', blanks));
  }
  // What is filled in is taken as it is: no braces of its own are placeholders.
  const words = withBlanksFilled(
    text,
    values.map((value) => value.replaceAll(/[{}[\]]/g, '$&$&')),
  );
  const template = promptTemplate(words, [...photoVariables, questionVariable]);
  const takesQuestion = template.variables.has(questionVariable);
  if (takesQuestion && question === undefined) {
    throw new UsageError((usage) => usage.presetNeedsQuestion(preset ?? ''));
  }
  if (!takesQuestion && blanks === 0 && question !== undefined) {
    throw new UsageError((usage) => usage.presetHasQuestion(preset ?? ''));
  }
  return await promptForFile(template, image, { question, startReader: () => new PictureProcesses() });
}

async function readHistory(named: string, cwd: string): Promise<Turn[]> {
  let value: unknown;
  try {
    value = JSON.parse((await readForeignFile(pathIn(cwd, named), maxHistoryBytes)).toString('utf8'));
  } catch (error) {
    throw new UsageError((usage) =>
      error instanceof SyntaxError
        ? usage.historyNotJson(named)
        : usage.historyUnreadable(named, fileSystemReason(error)),
    );
  }
  const turns = z.array(turnSchema).safeParse(value);
  if (turns.success) return turns.data;
  throw new UsageError((usage) => usage.historyInvalid(named));
}
