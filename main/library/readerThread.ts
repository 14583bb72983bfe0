/** @file The thread that reads the catalog, and all that it can be asked. Started by `startReaderThread.ts`. */
import { catalogReads } from './catalog/reader/reads.ts';
import { serveReads } from './catalog/reader/serveReads.ts';
import { answerEditReads } from './editing/editAnswers.ts';
import { tagEditReads } from './editing/editTags.ts';
import { exportReads } from './interchange/exportReads.ts';
import { importReads } from './interchange/imports/importTexts.ts';

serveReads([
  ...Object.values(catalogReads),
  ...Object.values(answerEditReads),
  ...Object.values(tagEditReads),
  ...Object.values(exportReads),
  ...Object.values(importReads),
]);
