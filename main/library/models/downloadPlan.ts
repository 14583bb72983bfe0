/** @file Which repositories a download takes: the one that was asked for, and what its contents are to be merged with. Main process and CLI. */
import path from 'node:path';
import { adapterConfigFile, parseAdapterConfig } from '../../../native-models/checkpoint/adapter/adapterConfig.ts';
import { CheckpointError } from '../../../native-models/checkpoint/checkpointError.ts';
import { CheckpointDownload, type CheckpointDownloadOptions } from '../../../native-models/hub/checkpointDownload.ts';
import type { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import { HubError } from '../../../native-models/hub/hubError.ts';
import { assertRepoName, isRepoName } from '../../../native-models/hub/hubRepository.ts';
import type { DownloadRequest } from './downloadRecords.ts';
import type { ImportRequest } from './installedModels.ts';

export interface DownloadPlan {
  /** The one that was asked for first. */
  readonly downloads: readonly [CheckpointDownload, ...CheckpointDownload[]];
  /** What the import is given when all of it has come. */
  readonly source: Pick<ImportRequest, 'source' | 'adapter'>;
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
export function assertPartNames({ repo, base, adapter }: DownloadRequest): void {
  assertRepoName(repo);
  for (const named of [base, adapter]) if (named !== undefined && !isFolder(named)) assertRepoName(named);
}

/**
 * Asks the hub what there is; fetches nothing yet.
 * @throws HubError HUB_BASE_UNKNOWN, HUB_PARTS_DISAGREE, …; CheckpointError where the adapter is of a kind that cannot be merged;
 *   the signal's reason
 */
export async function planDownload(
  connection: HubConnection,
  { repo, revision, base, adapter }: DownloadRequest,
  { commitOf, ...options }: PlanOptions,
): Promise<DownloadPlan> {
  const begin = (part: Pick<CheckpointDownloadOptions, 'repo' | 'revision' | 'kind'>) =>
    CheckpointDownload.begin(connection, { ...part, ...options, commit: commitOf(part.repo) });
  const first = await begin({ repo, revision });
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
    const message = `${repo} is an adapter itself: one can be merged at a time.`;
    throw new HubError('HUB_PARTS_DISAGREE', message, { repo, adapter });
  }
  const config = await readAdapterConfig(first, options.signal);
  if (base !== undefined && isFolder(base)) {
    return { downloads: [first], source: { source: base, adapter: first.folder } };
  }
  const second =
    base === undefined ? await beginNamedBase(repo, config, begin) : await begin({ repo: base, kind: 'checkpoint' });
  return { downloads: [first, second], source: { source: second.folder, adapter: first.folder } };
}

/** The base that an adapter names: an uploader may have had it in a folder. */
async function beginNamedBase(
  repo: string,
  { base, baseRevision }: ReturnType<typeof parseAdapterConfig>,
  begin: (part: { repo: string; revision: string | undefined; kind: 'checkpoint' }) => Promise<CheckpointDownload>,
): Promise<CheckpointDownload> {
  const unknown = (why: string, cause?: unknown) => {
    const message = `${repo} is an adapter, and ${why}. Name the base with --base, as a repository or a folder.`;
    return new HubError('HUB_BASE_UNKNOWN', message, { repo, base }, cause);
  };
  if (base === undefined) throw unknown('does not say of which model');
  if (!isRepoName(base)) throw unknown(`its base “${base.slice(0, 200)}” is no repository on the hub`);
  try {
    return await begin({ repo: base, revision: baseRevision, kind: 'checkpoint' });
  } catch (error) {
    const isGone = error instanceof HubError && error.code === 'HUB_NOT_FOUND';
    throw isGone ? unknown(`the hub does not have its base ${base}, or only with a token`, error) : error;
  }
}

/** As it is on the hub: whether the adapter can be merged is known before anything large is fetched. */
async function readAdapterConfig(download: CheckpointDownload, signal: AbortSignal) {
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
