/** @file Which rows of a table of answers are meant, and in which order. Any process; data only. */
import * as z from 'zod';

const questionIdSchema = z.int().positive();

/** Rows meet it whose cell has one of the answers, or none, or one that the model was unsure of, …: any of what is chosen. */
export const answerValueFilterSchema = z.object({
  questionId: questionIdSchema,
  /** However they are capitalised, spaced or ended; where a field holds the answers, its values, or answers that are none. */
  answers: z.array(z.string().max(100_000)).max(10_000),
  none: z.boolean().default(false),
  unsure: z.boolean().default(false),
  /** Answers that are no value of the field that holds them. */
  unfit: z.boolean().default(false),
});
export type AnswerValueFilter = z.output<typeof answerValueFilterSchema>;

/** Rows meet all of it. */
export const answerFilterSchema = z.object({
  /** Anywhere in the file name or an answer, or in one column only. */
  letters: z.string().max(1000).default(''),
  column: z.union([z.literal('any'), z.literal('photo'), questionIdSchema]).default('any'),
  values: z.array(answerValueFilterSchema).max(100).default([]),
});
export type AnswerFilter = z.output<typeof answerFilterSchema>;

/** By the photo's name, or by a question's answer: its text, or the probability that its model gave it among the choices. */
export const answerOrderSchema = z.object({
  column: z.union([z.literal('photo'), questionIdSchema]),
  by: z.enum(['value', 'confidence']).default('value'),
  descending: z.boolean(),
});
export type AnswerOrder = z.output<typeof answerOrderSchema>;
