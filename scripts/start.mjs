/** @file `npm start`. Runs on any Node; the work is in startApp.ts, on the pinned one. */
import { installAndRun } from './install.mjs';

installAndRun('startApp.ts');
