/**
 * @file The first photos of an export as text, just as they would be written, before anything is. What is no text is shown by
 * what it says: a table by its rows, an XMP sidecar by its texts, tags, rating and label. Main process and CLI.
 */
import { withMarks } from '../../../schemas/exportedMarks.ts';
import type { ExportedDocumentFormat, ExportFilter, MetadataFormat, SidecarFormat } from '../../../schemas/exports.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { exportDocument } from './exportDocument.ts';
import { exportReads } from './exportReads.ts';
import { jsonLine } from './jsonl.ts';
import type { SidecarText } from './sidecars.ts';
import { textOfSidecar } from './textSidecar.ts';
import { noWantedMarks, xmpMarkKinds } from './xmpMarks.ts';

export type PreviewRequest = {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Of so many photos, the first. */
  readonly limit: number;
} & PreviewedAs;

export type PreviewedAs =
  | { readonly kind: 'document'; readonly format: ExportedDocumentFormat; readonly documentFolder?: string | undefined }
  | { readonly kind: 'dataset'; readonly format: MetadataFormat }
  | {
      readonly kind: 'sidecars';
      readonly format: SidecarFormat;
      readonly folder: string | undefined;
      readonly template?: string | undefined;
    };

/** Empty where there is nothing to export. @throws the signal's reason */
export async function previewExport(
  reader: CatalogReader,
  request: PreviewRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { photoIds, filter, limit } = request;
  switch (request.kind) {
    case 'document': {
      // The columns of a table are those of the lines.
      const format = request.format === 'parquet' ? 'jsonl' : request.format;
      let text = '';
      const sink = {
        write: async (content: string | Uint8Array) => {
          text += String(content);
        },
      };
      const document = { format, photoIds, filter, documentFolder: request.documentFolder, limit };
      return (await exportDocument(reader, document, sink, { signal })) === 0 ? '' : text;
    }
    case 'dataset': {
      const list = await reader.read(exportReads.datasetList, { photoIds, filter }, signal);
      const { fields } = list;
      const args = { filter, fields, photoIds: list.photoIds.slice(0, limit), names: list.names.slice(0, limit) };
      const rows = await reader.read(exportReads.photoRows, args, signal);
      return rows.map((row) => (row === null ? '' : jsonLine(row))).join('');
    }
    case 'sidecars': {
      const { format, folder, template } = request;
      const written = withMarks(format, filter);
      const place = { photoIds, filter: written, format, folder, nameRule: undefined };
      const list = await reader.read(exportReads.sidecarList, place, signal);
      const first = { photoIds: list.photoIds.slice(0, limit), files: list.files.slice(0, limit) };
      const args = { ...first, filter: written, template };
      const texts = await reader.read(exportReads.sidecarTexts, args, signal);
      return texts
        .flatMap((text, index) => {
          if (text === null) return [];
          return [`${list.sidecars[index]}\n${format === 'xmp' ? xmpText(text) : textOfSidecar(text)}\n`];
        })
        .join('\n');
    }
  }
}

function xmpText({ caption, altText, longDescription, tags = [], marks = noWantedMarks }: SidecarText): string {
  const texts = [caption, altText, longDescription].filter((text) => text != null);
  const named = xmpMarkKinds.flatMap((kind) => (marks[kind] ? [`${kind}: ${marks[kind]}`] : []));
  return [...texts, ...tags, ...named].join('\n');
}
