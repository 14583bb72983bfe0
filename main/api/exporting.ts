/** @file Exports as the interface asks for them: to be fetched, into a folder of this machine, as a dataset or as sidecars. Main process and server. */
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import type { ExportEvent, ExportResult, exportPlanSchema } from '../../preload/contract/exports.ts';
import type { ExportedDocumentFormat } from '../../schemas/exports.ts';
import { Embedding } from '../library/embedding/embedTexts.ts';
import { LibraryError } from '../library/files/libraryError.ts';
import { exportDataset } from '../library/interchange/exportDataset.ts';
import { exportDocument, exportDocumentFile } from '../library/interchange/exportDocument.ts';
import { exportSidecars } from '../library/interchange/exportSidecars.ts';
import { streamOutputFile } from '../library/interchange/outputFile.ts';
import { type PreviewedAs, previewExport } from '../library/interchange/previewExport.ts';
import type { App } from './app.ts';
import { selectedPhotos } from './selection.ts';

type Plan = z.output<typeof exportPlanSchema>;
type Progress = Extract<ExportEvent, { type: 'progress' }>;

/** Fixed, so that whoever can press a button cannot choose which file is written. */
const documents: Readonly<Record<ExportedDocumentFormat, { readonly name: string; readonly contentType: string }>> = {
  json: { name: 'captions.json', contentType: 'application/json; charset=utf-8' },
  'json-full': { name: 'captions-full.json', contentType: 'application/json; charset=utf-8' },
  jsonl: { name: 'metadata.jsonl', contentType: 'application/jsonl; charset=utf-8' },
  coco: { name: 'captions-coco.json', contentType: 'application/json; charset=utf-8' },
  csv: { name: 'captions.csv', contentType: 'text/csv; charset=utf-8' },
  parquet: { name: 'metadata.parquet', contentType: 'application/vnd.apache.parquet' },
};

const nothing: ExportResult = {
  photos: 0,
  kept: 0,
  failed: 0,
  failures: [],
  download: null,
  file: null,
  backup: null,
};

/** @throws LibraryError OUTPUT_NOT_WRITABLE, PATH_NOT_A_FOLDER, …; QueryError; the signal's reason */
export async function exportPhotos(
  app: App,
  plan: Plan,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<ExportResult> {
  const photoIds = await selectedPhotos(app, plan.selection, signal);
  const course = {
    signal,
    onProgress: (done: number, total: number) => onProgress({ type: 'progress', done, total }),
  };
  switch (plan.to) {
    case 'download': {
      const { name, contentType } = documents[plan.format];
      const file = await app.downloads.newFile();
      let photos = 0;
      await streamOutputFile(
        file,
        () => true,
        async (sink) => {
          photos = await exportDocument(app.catalog.reader, { ...plan, photoIds }, sink, course);
        },
      );
      const fileName =
        plan.format === 'jsonl' || plan.format === 'parquet' ? name : `${safeName(app.about.name)} ${name}`;
      const { id, sizeBytes } = await app.downloads.offer(file, { fileName, contentType });
      return { ...nothing, photos, download: { id, fileName, sizeBytes } };
    }
    case 'folder': {
      const file = path.join(await folderOf(plan.folder), documents[plan.format].name);
      return {
        ...nothing,
        ...(await exportDocumentFile(app.catalog, { ...plan, photoIds, file, isNamed: false }, course)),
      };
    }
    case 'dataset': {
      const folder = absolute(plan.folder);
      const { photos, failures } = await exportDataset(app.catalog.reader, { ...plan, photoIds, folder }, course);
      const count = photos.train + photos.validation + photos.test;
      const told = { failed: failures.length, failures: failures.slice(0, 100) };
      return { ...nothing, ...told, photos: count, file: count === 0 ? null : folder };
    }
    case 'sidecars': {
      const { catalog } = app;
      const folder = plan.folder === null ? undefined : absolute(plan.folder);
      const { writtenFiles, writtenXmp } = catalog;
      const parts = { catalog, writtenFiles, writtenXmp, temporaryFolder: tmpdir() };
      const { written, kept, failures } = await exportSidecars(parts, { ...plan, folder, photoIds }, course);
      return { ...nothing, photos: written, kept, failed: failures.length, failures: failures.slice(0, 100) };
    }
    case 'originals': {
      const { catalog } = app;
      await using embedding = await Embedding.start({ catalog, temporaryFolder: tmpdir() });
      const { written, kept, failures } = plan.isRestoring
        ? await embedding.restore(photoIds, course)
        : await embedding.write({ ...plan, photoIds }, course);
      return { ...nothing, photos: written, kept, failed: failures.length, failures: failures.slice(0, 100) };
    }
  }
}

/** So many are enough to see what comes. */
const previewedPhotos = 5;
const maxPreviewCharacters = 20_000;

/** Null for what is no text. @throws LibraryError PATH_NOT_A_FOLDER, TEMPLATE_INVALID; QueryError; the signal's reason */
export async function previewPhotos(
  app: App,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<{ readonly text: string } | null> {
  if (plan.to === 'originals') return null;
  const photoIds = await selectedPhotos(app, plan.selection, signal);
  const photos = { photoIds, filter: plan.filter, limit: previewedPhotos };
  const text = await previewExport(app.catalog.reader, { ...photos, ...previewedAs(plan) }, signal);
  return {
    text: text.length <= maxPreviewCharacters ? text : `${text.slice(0, maxPreviewCharacters).toWellFormed()}…`,
  };
}

/** @throws LibraryError PATH_NOT_A_FOLDER */
function previewedAs(plan: Exclude<Plan, { to: 'originals' }>): PreviewedAs {
  switch (plan.to) {
    case 'sidecars': {
      const { format, template } = plan;
      return { kind: 'sidecars', format, template, folder: plan.folder === null ? undefined : absolute(plan.folder) };
    }
    case 'dataset':
      return { kind: 'dataset', format: plan.metadata };
    case 'folder':
      return { kind: 'document', format: plan.format, documentFolder: absolute(plan.folder) };
    case 'download':
      return { kind: 'document', format: plan.format };
  }
}

/** @throws LibraryError PATH_NOT_FOUND, PATH_NOT_A_FOLDER */
async function folderOf(named: string): Promise<string> {
  const folder = absolute(named);
  const stats = await stat(folder).catch((error: unknown) => {
    throw new LibraryError('PATH_NOT_FOUND', `There is no folder ${folder}.`, { folder }, error);
  });
  if (!stats.isDirectory()) {
    throw new LibraryError('PATH_NOT_A_FOLDER', `${folder} is not a folder.`, { folder });
  }
  return folder;
}

/** Nobody who looks at a page knows which folder a relative path would start at. */
function absolute(named: string): string {
  const folder = named.trim();
  if (path.isAbsolute(folder)) return path.normalize(folder);
  throw new LibraryError('PATH_NOT_A_FOLDER', `The folder must be named with its whole path, not as ${named}.`, {
    named,
  });
}

/** Without what some system does not have in names. */
function safeName(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}
