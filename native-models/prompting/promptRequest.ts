/** @file What a model is asked, before it is put into the words of the model's family. Crosses process borders as JSON. */
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

/** Something about the prompt that the person should know, although there is an answer. */
export const promptWarningSchema = z.object({
  code: z.enum(['PROMPT_CUT', 'HISTORY_SHORTENED', 'HISTORY_IGNORED', 'TEXT_UNKNOWN']),
  /** One plain sentence. */
  message: z.string(),
  /** TEXT_UNKNOWN: what the model did not read. */
  parts: z.array(z.string()).optional(),
});
export type PromptWarning = z.output<typeof promptWarningSchema>;
