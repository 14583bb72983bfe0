#!/usr/bin/env node
/** @file Entry of the `vignette` command. */
import { realContext } from './context.ts';
import { exitCode } from './exitCodes.ts';
import { run } from './program.ts';

/** One Ctrl-C can arrive twice, from the terminal and from npm, which passes it on. */
const sameKeyPressMs = 300;

const interrupt = new AbortController();
let firstMs = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first asks for a clean end, the second does not wait for it.
    if (!interrupt.signal.aborted) {
      firstMs = performance.now();
      interrupt.abort();
    } else if (performance.now() - firstMs > sameKeyPressMs) {
      process.exit(exitCode.interrupted);
    }
  });
}

process.exitCode = await run(process.argv.slice(2), realContext(interrupt.signal));
