/** @file The filter of a table of answers that leaves every row. Any process; data only, which the page loads without its checks. */
import type { AnswerFilter } from './answerFilter.ts';

export const everyAnswer: AnswerFilter = { letters: '', column: 'any', values: [] };
