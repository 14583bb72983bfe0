/** @file Which repositories a download takes: the one that was asked for, and what its contents are to be merged with. Main process and CLI. */
import path from 'node:path';
import {
  type AdapterConfig,
  adapterConfigFile,
  parseAdapterConfig,
} from '../../../native-models/checkpoint/adapter/adapterConfig.ts';
import { CheckpointError } from '../../../native-models/checkpoint/checkpointError.ts';
import { CheckpointDownload, type CheckpointDownloadOptions } from '../../../native-models/hub/checkpointDownload.ts';
import type { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import { HubError } from '../../../native-models/hub/hubError.ts';
import { assertRepoName, isRepoName } from '../../../native-models/hub/hubRepository.ts';
import type { WantedRepositories } from './downloadRecords.ts';
import type { ImportRequest } from './installedModels.ts';

export interface DownloadPlan {
  /** The one that was asked for first. */
  readonly downloads: readonly [CheckpointDownload, ...CheckpointDownload[]];
  /** What the import is given when all of it has come. */
  readonly source: Pick<ImportRequest, 'source' | 'base' | 'adapter'>;
}

export interface PlanOptions extends Pick<CheckpointDownloadOptions, 'sizes' | 'signal'> {
  /** Of a repository, where an earlier session knew it. */
  readonly commitOf: (repo: string) => string | undefined;
}

/** No file of a repository is larger that is read before it was fetched. */
const maxConfigBytes = 1 << 20;

/** Whether what was named is a folder on this machine, and no repository. */
export function isFolder(named: string): boolean {
  return path.isAbsolute(named);
}

/** @throws HubError HUB_REPO_INVALID */
export function assertPartNames({ repo, base, adapter }: WantedRepositories): void {
  assertRepoName(repo);
  for (const named of [base, adapter]) if (named !== undefined && !isFolder(named)) assertRepoName(named);
}

/**
 * Asks the hub what there is; fetches nothing yet.
 * @throws HubError HUB_BASE_UNKNOWN, HUB_FILE_UNCLEAR, HUB_PARTS_DISAGREE, …; CheckpointError where the adapter is of a kind that cannot be merged;
 *   the signal's reason
 */
export async function planDownload(
  connection: HubConnection,
  { repo, revision, file, base, adapter }: WantedRepositories,
  { commitOf, ...options }: PlanOptions,
): Promise<DownloadPlan> {
  const begin = (part: Pick<CheckpointDownloadOptions, 'repo' | 'revision' | 'kind' | 'file'>) =>
    CheckpointDownload.begin(connection, { ...part, ...options, commit: commitOf(part.repo) });
  const first = await begin({ repo, revision, file });
  if (first.needed.kind === 'checkpoint') {
    if (base !== undefined) {
      throw new HubError('HUB_PARTS_DISAGREE', `${repo} is a whole checkpoint: it needs no base.`, { repo, base });
    }
    if (adapter === undefined || isFolder(adapter)) {
      return { downloads: [first], source: { source: first.folder, adapter } };
    }
    const second = await begin({ repo: adapter, kind: 'adapter' });
    await readAdapterConfig(second, options.signal);
    return { downloads: [first, second], source: { source: first.folder, adapter: second.folder } };
  }
  if (adapter !== undefined) {
    const what = first.needed.kind === 'adapter' ? 'is an adapter itself' : 'is no checkpoint';
    throw new HubError('HUB_PARTS_DISAGREE', `${repo} ${what}: an adapter cannot be merged into it.`, {
      repo,
      adapter,
    });
  }
  const sourceOn = (folder: string) =>
    first.needed.kind === 'adapter'
      ? { source: folder, adapter: first.folder }
      : { source: path.join(first.folder, ...(first.needed.weights[0]?.path ?? '').split('/')), base: folder };
  const named = first.needed.kind === 'adapter' ? await readAdapterConfig(first, options.signal) : undefined;
  if (base !== undefined && isFolder(base)) return { downloads: [first], source: sourceOn(base) };
  const second =
    base === undefined ? await beginNamedBase(repo, named, begin) : await begin({ repo: base, kind: 'checkpoint' });
  return { downloads: [first, second], source: sourceOn(second.folder) };
}

/** The base that an adapter names: an uploader may have had it in a folder. */
async function beginNamedBase(
  repo: string,
  named: AdapterConfig | undefined,
  begin: (part: { repo: string; revision: string | undefined; kind: 'checkpoint' }) => Promise<CheckpointDownload>,
): Promise<CheckpointDownload> {
  const base = named?.base;
  const unknown = (why: string, cause?: unknown) => {
    const message = `${repo} ${why}. Its base is needed, a repository or a folder.`;
    return new HubError('HUB_BASE_UNKNOWN', message, { repo, base }, cause);
  };
  if (named === undefined) {
    throw unknown('holds weights alone, as training saves them: a published checkpoint of the same model has the rest');
  }
  if (base === undefined) throw unknown('is an adapter that does not say for which checkpoint');
  if (!isRepoName(base)) throw unknown(`is an adapter for “${base.slice(0, 200)}”, which is no repository on the hub`);
  try {
    return await begin({ repo: base, revision: named.baseRevision, kind: 'checkpoint' });
  } catch (error) {
    const isGone = error instanceof HubError && error.code === 'HUB_NOT_FOUND';
    throw isGone
      ? unknown(`is an adapter for ${base}, which the hub does not have, or only with a token`, error)
      : error;
  }
}

/** As it is on the hub: whether the adapter can be merged is known before anything large is fetched. */
async function readAdapterConfig(download: CheckpointDownload, signal: AbortSignal): Promise<AdapterConfig> {
  const { repo } = download.repository;
  const [file] = download.needed.companions;
  if (file === undefined || file.sizeBytes > maxConfigBytes) throw invalid(repo);
  const bytes = await download.read(file, { from: 0, to: file.sizeBytes }, signal);
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw invalid(repo, cause);
  }
  return parseAdapterConfig(raw, repo);
}

function invalid(repo: string, cause?: unknown): CheckpointError {
  const message = `${adapterConfigFile} of ${repo} is not valid JSON.`;
  return new CheckpointError('CHECKPOINT_CONFIG_INVALID', message, { repo }, cause);
}
