/** @file What is wrong with a query, and where. Used by whoever shows queries: command line, API, filter bar. */
import { VignetteError } from '../../../native-models/errors.ts';
import type { QueryProblem } from '../../../schemas/queryProblem.ts';
import type { Span } from './ast.ts';

export class QueryError extends VignetteError {
  declare readonly code: 'QUERY_INVALID';
  readonly span: Span;
  /** What may stand at the span instead, ready to be put there. */
  readonly suggestion: string | null;

  constructor(problem: QueryProblem, span: Span, suggestion: string | null = null) {
    const { offset, length } = span;
    super('QUERY_INVALID', `The query is invalid (${problem.code}).`, {
      details: { problem, offset, length, suggestion },
      retry: 'never',
      blames: 'question',
    });
    this.span = span;
    this.suggestion = suggestion;
  }
}
