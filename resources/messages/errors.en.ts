/** @file English: errors whose sentence is made of their facts. All others are said in the error's own message, which is English. */
import type { ErrorSentences } from './errorText.ts';
import { notices } from './notices.en.ts';
import { noticesIn, noticeText } from './noticeText.ts';
import { queries } from './queries.en.ts';
import { queryProblemText } from './queryProblemText.ts';

export const errors: ErrorSentences = {
  DEVICE_UNUSABLE: ({ problems }, message) => noticeText(noticesIn(problems, notices), { notices }) || message,
  QUERY_INVALID: ({ problem }, message) => queryProblemText(problem, queries) ?? message,
};
