/** @file The sentence for what is wrong with a query, from the details of the error. Pure; any process. */
import type { QueryProblemParams } from '../../schemas/queryProblem.ts';

/** A sentence for each code. */
export type QuerySentences = {
  readonly [Code in keyof QueryProblemParams]: (params: QueryProblemParams[Code]) => string;
};

/** Undefined where the details do not tell. */
export function queryProblemText(problem: unknown, sentences: QuerySentences): string | undefined {
  if (typeof problem !== 'object' || problem === null || !('code' in problem) || !('params' in problem))
    return undefined;
  const { code, params } = problem;
  if (typeof code !== 'string' || !Object.hasOwn(sentences, code)) return undefined;
  return (sentences[code as keyof QuerySentences] as (params: unknown) => string)(params);
}
