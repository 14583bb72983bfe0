/** @file Into which exports the stars, flags and colour labels go that people gave. Any process. */
import type { ExportFilter, ExportFormat } from './exports.ts';

/** Always into the document that holds everything, and into photos and their XMP sidecars wherever tags go. */
export function withMarks(format: ExportFormat | 'dataset', filter: ExportFilter): ExportFilter {
  const marks = format === 'json-full' || ((format === 'xmp' || format === 'embed') && filter.included.tags);
  return { ...filter, included: { ...filter.included, marks } };
}
