/** @file One download of a library at work: fetch what is missing, compile it, and let the checkpoint go. Main process and CLI. */
import { rm } from 'node:fs/promises';
import { shortName } from '../../../native-models/checkpoint/hubCache.ts';
import type { ImportProgress } from '../../../native-models/compiler/importCheckpoint.ts';
import { idFromName, workingFolderOf } from '../../../native-models/compiler/modelStore.ts';
import { CheckpointDownload, removeFromCache } from '../../../native-models/hub/checkpointDownload.ts';
import type { DownloadSizes } from '../../../native-models/hub/fileDownload.ts';
import type { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import type { DownloadRecord, DownloadRequest } from './downloadRecords.ts';
import { assertDownloadSpace } from './downloadSpace.ts';
import type { ImportRequest, InstalledModels, ListedModel } from './installedModels.ts';

export interface DownloadTools {
  readonly connection: HubConnection;
  readonly modelsFolder: string;
  readonly models: Pick<InstalledModels, 'import'>;
  readonly sizes?: Partial<DownloadSizes> | undefined;
  readonly onPrecision?: ImportRequest['onPrecision'];
}

export interface DownloadListeners {
  /** Keeps what is new about the download, before anything is done on its account. */
  readonly note: (changes: Partial<DownloadRecord>) => Promise<void>;
  readonly onBytes: (doneBytes: number) => void;
  readonly onImport: (progress: ImportProgress) => void;
}

/** From where it stands to the model. @throws HubError, CheckpointError, ModelError, …; the signal's reason */
export async function workOnDownload(
  record: DownloadRecord,
  { connection, modelsFolder, models, sizes, onPrecision }: DownloadTools,
  { note, onBytes, onImport }: DownloadListeners,
  signal: AbortSignal,
): Promise<ListedModel> {
  const { repo, revision, precision, id, keepsCheckpoint } = record.request;
  const commit = record.commit ?? undefined;
  const download = await CheckpointDownload.begin(connection, { repo, revision, commit, sizes, signal });
  const before = new Set(record.fetched.map(({ path }) => path));
  const fetched = [...record.fetched, ...download.missing.filter(({ path }) => !before.has(path))];
  await note({ commit: download.repository.commit, totalBytes: download.totalBytes, fetched });
  const { cacheFolder } = connection.settings;
  await assertDownloadSpace(download, { cacheFolder, modelsFolder, precision }, signal);
  await download.fetchAll({ signal, onProgress: onBytes });
  await note({ hasBegunImport: true, doneBytes: download.totalBytes });
  const source = download.folder;
  const model = await models.import({ source, id, precision, signal, onProgress: onImport, onPrecision });
  if (!keepsCheckpoint) await removeFromCache(cacheFolder, download.repository, fetched);
  return model;
}

/** All that a download has left so far: in the cache, and of its import. What was there before stays. */
export async function removeDownload(
  { request, commit, fetched, hasBegunImport }: DownloadRecord,
  { connection, modelsFolder }: Pick<DownloadTools, 'connection' | 'modelsFolder'>,
): Promise<void> {
  if (commit !== null) {
    const { repo, revision = 'main' } = request;
    await removeFromCache(connection.settings.cacheFolder, { repo, revision, commit }, fetched);
  }
  if (hasBegunImport) await rm(workingFolderOf(modelsFolder, modelIdOf(request)), { recursive: true, force: true });
}

/** The name that the import gives the model. */
export function modelIdOf({ id, repo }: DownloadRequest): string {
  return id ?? idFromName(shortName({ name: repo, folder: '' }));
}
