/** @file One download of a library at work: fetch what is missing, compile it, and let the checkpoint go. Main process and CLI. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { shortName } from '../../../native-models/checkpoint/hubCache.ts';
import type { ImportProgress } from '../../../native-models/compiler/importOptions.ts';
import { idFromName, workingFolderOf } from '../../../native-models/compiler/modelStore.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { pathExists } from '../../../native-models/foreignFile.ts';
import { type CheckpointDownload, removeFromCache, sizeOf } from '../../../native-models/hub/checkpointDownload.ts';
import type { DownloadSizes } from '../../../native-models/hub/fileDownload.ts';
import type { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import { arrivingWeights, canArrive, forgetStarts } from './arrivingWeights.ts';
import { type DownloadPlan, isFolder, planDownload } from './downloadPlan.ts';
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
  const { precision, id, keepsCheckpoint, replace } = record.request;
  const commitOf = (repo: string) =>
    (repo === record.second?.repo ? record.second.commit : undefined) ??
    (repo === record.request.repo ? (record.commit ?? undefined) : undefined);
  const { downloads, source } = await planDownload(connection, record.request, { commitOf, sizes, signal });
  const planned = plannedIn(record, downloads);
  await note(planned);
  const { cacheFolder } = connection.settings;
  const places = { cacheFolder, modelsFolder, precision };
  const isMerged = source.adapter !== undefined || source.base !== undefined;
  const request = {
    ...source,
    precision,
    replace,
    signal,
    onPrecision,
    id: isMerged ? modelIdOf(record.request) : id,
  };
  const [download] = downloads;
  if (keepsCheckpoint || isMerged || !canArrive(download)) {
    await assertDownloadSpace(downloads, places, signal);
    await fetchEach(downloads, { signal, onBytes });
    await note({ hasBegunImport: true, doneBytes: planned.totalBytes });
    const model = await models.import({ ...request, onProgress: onImport });
    if (!keepsCheckpoint) await removeFetched({ ...record, ...planned }, cacheFolder);
    return model;
  }
  const folder = weightsFolderOf(modelsFolder, record.id);
  const arrivingIn = [folder, workingFolderOf(modelsFolder, modelIdOf(record.request))];
  await assertDownloadSpace([download], { ...places, arrivingIn }, signal);
  await download.fetchCompanions({ signal, onProgress: onBytes });
  await note({ hasBegunImport: true });
  const companionBytes = sizeOf(download.needed.companions);
  let doneBytes = 0;
  const onWeightBytes = (weightBytes: number) => {
    doneBytes = companionBytes + weightBytes;
    onBytes(doneBytes);
  };
  const importOnce = async () => {
    const failed = new AbortController();
    try {
      const stopping = AbortSignal.any([signal, failed.signal]);
      const arrivals = await arrivingWeights(download, { folder, signal: stopping, onBytes: onWeightBytes });
      const isDownloaded = () => doneBytes >= download.totalBytes;
      const onProgress = (progress: ImportProgress) => (isDownloaded() ? onImport(progress) : undefined);
      return await models.import({ ...request, arrivals, onProgress });
    } finally {
      // what was fetched ahead is gone on with the next time
      failed.abort();
    }
  };
  const model = await importOnce().catch(async (error: unknown) => {
    if (!isWrongFile(error)) throw error;
    // A proxy or the disk had a bad moment, or the file changes: what was compiled of it did not count.
    await forgetStarts(folder);
    return await importOnce();
  });
  await removeFetched({ ...record, ...planned }, cacheFolder);
  await rm(folder, { recursive: true, force: true });
  return model;
}

/** What is new about a download whose repositories are known. */
function plannedIn(record: DownloadRecord, [first, second]: DownloadPlan['downloads']) {
  const licensesOf = ({ repository: { repo, license } }: CheckpointDownload) =>
    license === undefined ? [] : [{ repo, license }];
  const both = second === undefined ? [first] : [first, second];
  return {
    commit: first.repository.commit,
    totalBytes: both.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
    fetched: withMissing(record.fetched, first),
    second:
      second === undefined
        ? null
        : {
            repo: second.repository.repo,
            revision: second.repository.revision,
            commit: second.repository.commit,
            fetched: withMissing(record.second?.fetched ?? [], second),
          },
    // one that is gone on with does not ask for them again
    licenses: record.licenses.length > 0 ? record.licenses : both.flatMap(licensesOf),
  };
}

function withMissing(fetched: DownloadRecord['fetched'], { missing }: CheckpointDownload): DownloadRecord['fetched'] {
  const before = new Set(fetched.map(({ path: name }) => name));
  return [...fetched, ...missing.filter(({ path: name }) => !before.has(name))];
}

async function fetchEach(
  downloads: readonly CheckpointDownload[],
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: DownloadListeners['onBytes'] },
): Promise<void> {
  let before = 0;
  for (const download of downloads) {
    const doneBefore = before;
    await download.fetchAll({ signal, onProgress: (bytes) => onBytes(doneBefore + bytes) });
    before += download.totalBytes;
  }
}

/** What came into the cache on account of a download. What was there before stays. */
async function removeFetched({ request, commit, fetched, second }: DownloadRecord, cacheFolder: string): Promise<void> {
  if (second !== null) await removeFromCache(cacheFolder, second, second.fetched);
  const { repo, revision = 'main' } = request;
  if (commit !== null) await removeFromCache(cacheFolder, { repo, revision, commit }, fetched);
}

/** A file that was compiled as it came had other bytes than the hub promises, or than its header that was read by itself. */
function isWrongFile(error: unknown): boolean {
  const ofHeader = ['CHECKPOINT_CHANGED', 'CHECKPOINT_HEADER_INVALID', 'CHECKPOINT_TRUNCATED'];
  const codes = ['HUB_FILE_DAMAGED', 'HUB_FILE_CHANGED', ...ofHeader];
  return error instanceof VignetteError && codes.includes(error.code);
}

/** Where the weight files of a download lie that are compiled as they arrive. */
function weightsFolderOf(modelsFolder: string, id: string): string {
  return path.join(modelsFolder, '.downloads', id);
}

/** All that a download has left so far: in the cache, and of its import. What was there before stays. */
export async function removeDownload(
  record: DownloadRecord,
  { connection, modelsFolder }: Pick<DownloadTools, 'connection' | 'modelsFolder'>,
): Promise<void> {
  const { id, request, hasBegunImport } = record;
  await removeFetched(record, connection.settings.cacheFolder);
  await rm(weightsFolderOf(modelsFolder, id), { recursive: true, force: true });
  if (hasBegunImport) await rm(workingFolderOf(modelsFolder, modelIdOf(request)), { recursive: true, force: true });
}

/** Whether its import keeps work for the next time: one that failed by itself does only where files were let go. */
export async function hasImportLeft(
  { request, hasBegunImport }: DownloadRecord,
  modelsFolder: string,
): Promise<boolean> {
  return hasBegunImport && (await pathExists(workingFolderOf(modelsFolder, modelIdOf(request))));
}

/** The name that the import gives the model. */
export function modelIdOf({ id, repo, file, adapter }: DownloadRequest): string {
  const shortOf = (name: string) => (isFolder(name) ? path.basename(name) : shortName({ name, folder: '' }));
  const parts = [
    shortOf(repo),
    ...(file === undefined ? [] : [path.parse(file).name]),
    ...(adapter === undefined ? [] : [shortOf(adapter)]),
  ];
  return id ?? idFromName(parts.join('-'));
}
