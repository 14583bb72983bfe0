/** @file What went wrong, in the language of the moment where the page has words for it, and else in the library's. Pure; renderer only. */
import type { Problem } from '../../preload/contract/common.ts';
import { errorText } from '../../resources/messages/errorText.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import { connectionLostCode, unexpectedCode } from './problemOf.ts';

export function problemText(problem: Problem, texts: Texts): string {
  switch (problem.code) {
    case connectionLostCode:
      return texts.common.connectionLost;
    case unexpectedCode:
      return texts.common.unexpected(problem.message);
    case 'MODEL_HOST_CRASHED':
      return texts.chat.hostDied;
    case 'INTERNAL_SERVER_ERROR':
      return texts.common.failedInside;
    default:
      return texts.common.problems[problem.code] ?? errorText(problem, texts);
  }
}
