/** @file The library at the size that people have: scanning, searching, finding by what photos show. */
import { answersBench } from './answersBench.ts';
import { type Bench, runParts } from './benchParts.ts';
import { exportBench } from './exportBench.ts';
import { facetsBench } from './facetsBench.ts';
import { metadataBench } from './metadataBench.ts';
import { picturesBench } from './picturesBench.ts';
import { reviewBench } from './reviewBench.ts';
import { scanBench } from './scanBench.ts';
import { searchBench } from './searchBench.ts';
import { stacksBench } from './stacksBench.ts';
import { textImportBench } from './textImportBench.ts';
import { vectorsBench } from './vectorsBench.ts';

const parts = {
  answers: answersBench,
  export: exportBench,
  import: textImportBench,
  facets: facetsBench,
  metadata: metadataBench,
  pictures: picturesBench,
  review: reviewBench,
  scan: scanBench,
  search: searchBench,
  stacks: stacksBench,
  vectors: vectorsBench,
};

export const libraryBench: Bench = (flags) => runParts(parts, flags);
