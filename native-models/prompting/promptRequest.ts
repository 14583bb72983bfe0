/** @file What a model is asked, before it is put into the words of the model's family; how the families want to be asked; and what a person should know about a prompt. Crosses process borders as JSON; any process. */
import * as z from 'zod';

/**
 * - `text` goes to the model as it stands: what a caption goes on from, or a prompt in the family's own form.
 * - `question` is put into the form that the model's family was trained on.
 */
export const promptKindSchema = z.enum(['text', 'question']);
export type PromptKind = z.output<typeof promptKindSchema>;

/** One question of a conversation and what the model answered. */
export const turnSchema = z.object({ question: z.string(), answer: z.string() });
export type Turn = z.output<typeof turnSchema>;

export interface PromptRequest {
  readonly text: string;
  readonly kind: PromptKind;
  /** The conversation so far, oldest turn first. */
  readonly history: readonly Turn[];
}

/** Something about the prompt, or about the end of the answer, that the person should know although there is an answer. */
export const promptWarningSchema = z.object({
  code: z.enum(['PROMPT_CUT', 'HISTORY_SHORTENED', 'HISTORY_IGNORED', 'TEXT_UNKNOWN', 'ANSWER_CUT', 'ANSWER_LOOPED']),
  /** One plain sentence. */
  message: z.string(),
  /** TEXT_UNKNOWN: what the model did not read. */
  parts: z.array(z.string()).optional(),
});
export type PromptWarning = z.output<typeof promptWarningSchema>;

/**
 * The ways in which the families of models want to be asked; part of model.json.
 * - `blip-caption` writes captions that may go on from a given beginning; it knows no questions.
 * - `blip-vqa` reads a question as it stands.
 * - `blip2` goes on from "Question: … Answer:", or from the beginning of a caption.
 * - `instruct` follows an instruction as it stands, after the dialog so far.
 */
export const promptStyleSchema = z.enum(['blip-caption', 'blip-vqa', 'blip2', 'instruct']);
export type PromptStyle = z.output<typeof promptStyleSchema>;

/** For messages. */
export const promptStyleTitles: Readonly<Record<PromptStyle, string>> = {
  'blip-caption': 'BLIP captioner',
  'blip-vqa': 'BLIP VQA',
  blip2: 'BLIP-2',
  instruct: 'InstructBLIP',
};

const maxShown = 8;

/** What a person is shown when a model cannot read a part of a text. @param parts characters or words that the vocabulary lacks, each once */
export function unknownTextWarnings(parts: readonly string[]): PromptWarning[] {
  if (parts.length === 0) return [];
  return [{ code: 'TEXT_UNKNOWN', message: unknownTextMessage(parts), parts: [...parts] }];
}

export function unknownTextMessage(parts: readonly string[]): string {
  const shown = parts.slice(0, maxShown).map((part) => `“${part}”`);
  const others = parts.length > maxShown ? ` and ${parts.length - maxShown} more` : '';
  return `This model has no tokens for ${shown.join(', ')}${others} and read the text without them.`;
}
