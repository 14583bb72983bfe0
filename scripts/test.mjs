/** @file `npm test`. Runs on any Node; the work is in runTests.ts, on the pinned one. */
import { installAndRun } from './install.mjs';

installAndRun('runTests.ts');
