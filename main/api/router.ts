/** @file Implements the contract over a library. The same router is served over a MessagePort and over a WebSocket; a procedure that is missing here does not compile. Main process and server. */
import { implement, ORPCError } from '@orpc/server';
import { VignetteError } from '../../native-models/errors.ts';
import { contract } from '../../preload/contract.ts';
import type { CaptionedLibrary } from './captionedLibrary.ts';

export interface ApiContext {
  readonly library: CaptionedLibrary;
}

const api = implement(contract).$context<ApiContext>();

/** Expected errors keep their code and sentence on the way to the interface; the cause and the stack stay here. */
const explained = api.middleware(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    if (!(error instanceof VignetteError)) throw error;
    throw new ORPCError(error.code, { status: 500, message: error.message, data: error.details });
  }
});

export const router = api.use(explained).router({
  library: {
    captions: api.library.captions.handler(({ context }) => context.library.snapshot()),
    watchCaptions: api.library.watchCaptions.handler(async ({ context, signal }) => context.library.watch(signal)),
  },
});
