/** @file Writes photos of the catalog into one document, some at a time: a reader thread makes the text, nothing is held whole. Main process and CLI. */

import type { DocumentFormat, ExportFilter } from '../../../schemas/exports.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { documentShape } from './documentFormats.ts';
import { exportReads } from './exportReads.ts';
import type { TextSink } from './outputFile.ts';

export interface DocumentRequest {
  readonly format: DocumentFormat;
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Where the document is going to lie, where that is known. */
  readonly documentFolder?: string | undefined;
  /** Spreadsheets take a CSV file without it for text in their system's encoding. */
  readonly byteOrderMark?: boolean | undefined;
}

export interface ExportCourse {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** So many that asking costs little beside what is written, and so few that stopping is quick. */
export const photosAtATime = 500;

const description = 'Captions by Vignette';

/** Returns how many photos are in the document. @throws what the sink throws; the signal's reason */
export async function exportDocument(
  reader: CatalogReader,
  request: DocumentRequest,
  sink: TextSink,
  { signal, onProgress }: ExportCourse = {},
): Promise<number> {
  const { format, filter, byteOrderMark = false, ...place } = request;
  const list = await reader.read(exportReads.documentList, { format, filter, ...place }, signal);
  const { questions } = list;
  const photos = list.photoIds.length;
  const shape = documentShape(format, { included: filter.included, description, questions, failures: [] });
  const total = photos * shape.length;
  onProgress?.(0, total);
  if (byteOrderMark) await sink.write('\ufeff');
  for (const [section, { opening, between, closing, empty }] of shape.entries()) {
    let pieces = 0;
    for (let photo = 0; photo < photos; photo += photosAtATime) {
      const slice = <Value>(values: readonly Value[]) => values.slice(photo, photo + photosAtATime);
      const part = await reader.read(
        exportReads.documentPart,
        {
          format,
          filter,
          section,
          questions,
          from: { photo, piece: pieces },
          photoIds: slice(list.photoIds),
          files: slice(list.files),
          keys: slice(list.keys),
        },
        signal,
      );
      if (part.pieces > 0) await sink.write(`${pieces === 0 ? opening : between}${part.text}`);
      pieces += part.pieces;
      onProgress?.(section * photos + Math.min(photos, photo + photosAtATime), total);
    }
    await sink.write(pieces === 0 ? empty : closing);
  }
  return photos;
}
