/** @file The library's part of the contract: folders, what changes, and the queue. Main process and server. */
import type { Folder } from '../../preload/contract/library.ts';
import { foldersOnDisk } from '../library/photos/foldersOnDisk.ts';
import { addFolderRule, shownRule } from './folderRules.ts';
import { api } from './implementation.ts';

export const libraryRouter = api.library.router({
  overview: api.library.overview.handler(async ({ context: { app } }) => {
    const { folders, counts } = await app.catalog.wholeLibrary.overview();
    const roots = app.folders.roots();
    const names = new Map(roots.map((root) => [root.id, lastPart(root.path)]));
    return {
      libraryId: app.catalog.settings.libraryId(),
      name: app.about.name,
      isDemo: app.about.isDemo,
      roots,
      folders: folders
        .filter(({ rootId }) => names.has(rootId))
        .map((folder) => folderOf(folder, names.get(folder.rootId) ?? '')),
      counts,
    };
  }),
  names: api.library.names.handler(({ context: { app }, input, signal }) =>
    app.catalog.reader.read('foundNames', input, signal),
  ),
  watch: api.library.watch.handler(async ({ context: { app }, signal }) => app.watch(signal)),
  foldersOnDisk: api.library.foldersOnDisk.handler(async ({ input }) => {
    const found = await foldersOnDisk(input.path);
    return { ...found, folders: [...found.folders] };
  }),
  addFolder: api.library.addFolder.handler(({ context: { app }, input, signal }) =>
    app.folders.add(input.path, signal),
  ),
  removeFolder: api.library.removeFolder.handler(({ context: { app }, input }) => app.folders.remove(input.rootId)),
  setIgnored: api.library.setIgnored.handler(({ context: { app }, input: { rootId, patterns } }) =>
    app.folders.setIgnored(rootId, patterns),
  ),
  setLiveSidecars: api.library.setLiveSidecars.handler(({ context: { app }, input: { folderId, live } }) =>
    app.catalog.folders.setLiveSidecars(folderId, live),
  ),
  scan: api.library.scan.handler(({ context: { app }, input }) => app.folders.scan(input.rootId)),
  rules: api.library.rules.handler(({ context: { app } }) =>
    app.catalog.folderRules.list().map((rule) => shownRule(app, rule)),
  ),
  addRule: api.library.addRule.handler(async ({ context: { app }, input }) =>
    shownRule(app, await addFolderRule(app, input)),
  ),
  setRuleEnabled: api.library.setRuleEnabled.handler(({ context: { app }, input: { ruleId, enabled } }) =>
    app.catalog.folderRules.setEnabled(ruleId, enabled),
  ),
  removeRule: api.library.removeRule.handler(({ context: { app }, input }) =>
    app.catalog.folderRules.remove(input.ruleId),
  ),
  pauseQueue: api.library.pauseQueue.handler(({ context: { app }, input }) =>
    input.paused ? app.queue.pause() : app.queue.resume(),
  ),
  failures: api.library.failures.handler(({ context: { app }, input: { runId, limit } }) =>
    app.catalog.jobs
      .failures({ ...(runId === undefined ? {} : { runId }), limit })
      .map(({ id, runId: ofRun, photoId, code, message, details, retry, blames, state }) => ({
        jobId: id,
        runId: ofRun,
        photoId,
        code,
        message,
        details,
        retry,
        blames,
        fileName: app.catalog.photos.find(photoId)?.name ?? '',
        quarantined: state === 'set-aside',
      })),
  ),
  retry: api.library.retry.handler(({ context: { app }, input: { jobId, runId } }) => {
    if (jobId === undefined) {
      for (const ofRun of runId === undefined ? app.catalog.jobs.runsWithFailures() : [runId]) app.queue.retry(ofRun);
      return;
    }
    const [job] = app.catalog.jobs.failures({ runId, afterId: jobId - 1, limit: 1 });
    if (job?.id === jobId) app.queue.retry(job.runId, { photoIds: [job.photoId] });
  }),
});

function folderOf(
  folder: {
    id: number;
    rootId: number;
    parentId: number | null;
    relativePath: string;
    photos: number;
    captioned: number;
  },
  rootName: string,
): Folder {
  const { id, rootId, parentId, relativePath, photos, captioned } = folder;
  return {
    id,
    rootId,
    parentId,
    photos,
    captioned,
    name: relativePath === '' ? rootName : lastPart(relativePath),
    queryPath: relativePath === '' ? rootName : `${rootName}/${relativePath}`,
  };
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
