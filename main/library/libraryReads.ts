/** @file All that a thread which reads the catalog can be asked. Reader threads. */
import { type CatalogRead, catalogReads } from './catalog/reader/reads.ts';
import { answerEditReads } from './editing/editAnswers.ts';
import { tagEditReads } from './editing/editTags.ts';
import { answerTagReads } from './editing/tagByAnswers.ts';
import { exportReads } from './interchange/exportReads.ts';
import { importReads } from './interchange/imports/importTexts.ts';

export const libraryReads: readonly CatalogRead<never, unknown>[] = [
  ...Object.values(catalogReads),
  ...Object.values(answerEditReads),
  ...Object.values(tagEditReads),
  ...Object.values(answerTagReads),
  ...Object.values(exportReads),
  ...Object.values(importReads),
];
