/** @file What an export takes of photos for a template of text sidecars: what its variables stand for. Any process. */
import type { ExportFilter } from './exports.ts';

/** @param has whether the template has the variable */
export function templateContents(
  has: (variable: 'caption' | 'alt_text' | 'long_description' | 'tags') => boolean,
): ExportFilter['included'] {
  return {
    alternatives: false,
    answers: false,
    captions: has('caption'),
    altText: has('alt_text'),
    longDescription: has('long_description'),
    tags: has('tags'),
  };
}
