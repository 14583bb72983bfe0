/** @file What is wrong with a query, and where. Used by whoever shows queries: command line, API, filter bar. */
import { VignetteError } from '../../../native-models/errors.ts';
import type { Span } from './ast.ts';

export class QueryError extends VignetteError {
  declare readonly code: 'QUERY_INVALID';
  readonly span: Span;
  /** What may stand at the span instead, ready to be put there. */
  readonly suggestion: string | null;

  constructor(message: string, span: Span, suggestion: string | null = null) {
    super('QUERY_INVALID', message, { details: { offset: span.offset, length: span.length, suggestion } });
    this.span = span;
    this.suggestion = suggestion;
  }
}
