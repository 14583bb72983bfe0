/** @file What every procedure is made from: the contract, the context it works on, and what becomes of errors. Main process and server. */
import { implement, ORPCError } from '@orpc/server';
import { VignetteError } from '../../native-models/errors.ts';
import { contract } from '../../preload/contract.ts';
import type { Problem } from '../../schemas/problem.ts';
import type { App } from './app.ts';
import type { Desktop } from './desktop.ts';

export interface ApiContext {
  readonly app: App;
  /** Where the page is in the desktop application. */
  readonly desktop?: Desktop | undefined;
}

export const api = implement(contract)
  .$context<ApiContext>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw tellableError(error);
    }
  });

/** The stream of a procedure. What it throws once it has begun passes no middleware any more. */
export async function* tellable<Event>(events: AsyncIterable<Event>): AsyncGenerator<Event, void, void> {
  try {
    yield* events;
  } catch (error) {
    throw tellableError(error);
  }
}

/** Expected errors keep what they say on the way to the interface; the cause and the stack stay here. */
function tellableError(error: unknown): unknown {
  if (!(error instanceof VignetteError)) return error;
  const { code, message, details, retry, blames } = error;
  const data = { details, retry, blames } satisfies Omit<Problem, 'code' | 'message'>;
  return new ORPCError(code, { status: 500, message, data });
}
