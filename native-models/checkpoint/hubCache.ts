/**
 * @file Finds the checkpoint in what a person points at: a folder as downloaded, or one of the Hugging Face cache, whose
 * folders are called by revisions and whose files are links. Any process.
 * Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readForeignFile } from '../foreignFile.ts';
import { CheckpointError } from './checkpointError.ts';

/** Where a checkpoint lies, and what its publisher calls it. */
export interface CheckpointPlace {
  readonly folder: string;
  /** "Salesforce/blip2-opt-2.7b" in the cache, otherwise the folder's name. */
  readonly name: string;
  /** In the cache: which commit of the repository. */
  readonly revision?: string;
}

const snapshotsName = 'snapshots';
const maxRefBytes = 1024;

/** @throws CheckpointError where a repository in the cache has no revision that could be meant */
export async function locateCheckpoint(source: string): Promise<CheckpointPlace> {
  const folder = path.resolve(source);
  const parent = path.dirname(folder);
  const repository = repositoryName(folder);
  if (repository !== undefined && (await isFolder(path.join(folder, snapshotsName)))) {
    const revision = await chosenRevision(folder, repository);
    return { folder: path.join(folder, snapshotsName, revision), name: repository, revision };
  }
  if (path.basename(folder) === snapshotsName && repositoryName(parent) !== undefined) return locateCheckpoint(parent);
  const above = path.basename(parent) === snapshotsName ? repositoryName(path.dirname(parent)) : undefined;
  if (above !== undefined) return { folder, name: above, revision: path.basename(folder) };
  return { folder, name: path.basename(folder) };
}

/** The last part of a name: models are called by it. */
export function shortName({ name }: CheckpointPlace): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** "models--Salesforce--blip2-opt-2.7b" → "Salesforce/blip2-opt-2.7b"; no repository's name holds two dashes in a row. */
function repositoryName(folder: string): string | undefined {
  const [kind, ...parts] = path.basename(folder).split('--');
  return kind === 'models' && parts.length > 0 && parts.every((part) => part !== '') ? parts.join('/') : undefined;
}

/** What `refs/main` names, as everything else that uses the cache has it; without it, the only one there is. */
async function chosenRevision(folder: string, repository: string): Promise<string> {
  const revisions = await readdir(path.join(folder, snapshotsName));
  const main = await readForeignFile(path.join(folder, 'refs', 'main'), maxRefBytes).then(
    (bytes) => bytes.toString('utf8').trim(),
    () => undefined,
  );
  if (main !== undefined && revisions.includes(main)) return main;
  const [only, ...others] = revisions.sort();
  if (main === undefined && only !== undefined && others.length === 0) return only;
  const message =
    main === undefined && only !== undefined
      ? `The cache holds several revisions of ${repository}; give one of the folders in ${snapshotsName}: ${revisions.join(', ')}.`
      : `The download of ${repository} has not ended: the cache has no files of its revision ${main ?? 'main'}.`;
  throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { folder, revisions, main });
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (about) => about.isDirectory(),
    () => false,
  );
}
