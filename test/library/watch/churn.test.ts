/**
 * @file Random file operations with comparisons in between: the catalog ends like a fresh one, and every caption is with
 * the photo whose bytes it described. `VIGNETTE_CHURN=full` does 5,000 operations, `VIGNETTE_CHURN_SEED` picks others.
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutOverlap } from '../../../main/library/watch/dirtyFolders.ts';
import { Reconciler } from '../../../main/library/watch/reconciler.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { Churn, sha256 } from './churn.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

const operations = process.env.VIGNETTE_CHURN === 'full' ? 5000 : 600;
const seeds = (process.env.VIGNETTE_CHURN_SEED ?? '1,2').split(',').map(Number);

interface Row {
  readonly id: number;
  readonly path: string;
  readonly sha256: string;
  readonly revision: number;
  readonly isMissing: boolean;
}

function rowsOf(library: WatchedLibrary): Row[] {
  return library.all().map((photo) => ({
    id: photo.id,
    path: path.relative(library.folder, photo.path),
    sha256: photo.contentSha256 ?? '',
    revision: photo.revision,
    isMissing: photo.missingSinceMs !== undefined,
  }));
}

function count(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function contentsByPath(rows: readonly Row[]): Record<string, string> {
  const present = rows.filter(({ isMissing }) => !isMissing).sort((a, b) => (a.path < b.path ? -1 : 1));
  return Object.fromEntries(present.map((row) => [row.path, row.sha256]));
}

/** As the watcher does with the folders in which something happened. */
async function compareTouched(library: WatchedLibrary, churn: Churn): Promise<void> {
  const reconciler = new Reconciler(library.context);
  for (const root of library.roots.list()) {
    const name = path.basename(root.path);
    const inRoot = (folders: Iterable<string>) =>
      [...folders]
        .filter((folder) => folder === name || folder.startsWith(`${name}/`))
        .map((folder) => folder.slice(name.length + 1));
    const { shallow, deep } = withoutOverlap(inRoot(churn.touched), inRoot(churn.moved));
    await reconciler.reconcileFolders(root, shallow, deep);
  }
  await reconciler.finish();
}

/** A photo whose content is still on the disk must not be given up for a new one. */
function expectIdentitiesKept(before: readonly Row[], after: readonly Row[], churn: Churn): void {
  const files = count([...churn.files.values()].map(sha256));
  const kept = count(
    after
      .filter((row) => !row.isMissing && before.some(({ id, sha256: old }) => id === row.id && old === row.sha256))
      .map((row) => row.sha256),
  );
  for (const [content, rows] of count(before.map((row) => row.sha256))) {
    const atLeast = Math.min(rows, files.get(content) ?? 0);
    expect(kept.get(content) ?? 0, `photos with the content ${content}`).toBeGreaterThanOrEqual(atLeast);
  }
}

/** The text of a caption is the hash of what it describes. */
function expectCaptionsInPlace(library: WatchedLibrary, rows: readonly Row[]): void {
  for (const row of rows) {
    for (const caption of library.captions.of(row.id)) {
      if (caption.photoRevision === row.revision) expect(caption.text).toBe(row.sha256);
      else expect(caption.photoRevision).toBeLessThan(row.revision);
    }
  }
}

function captionSome(library: WatchedLibrary, rows: readonly Row[], random: () => number): void {
  for (const row of rows) {
    const isCaptioned = library.captions.of(row.id).length > 0;
    if (!row.isMissing && !isCaptioned && random() < 0.7) library.captions.write(row.id, row.sha256);
  }
}

function captionCount(library: WatchedLibrary): number {
  const all = library.connection.prepare<[], number>(`SELECT count(*) FROM caption WHERE source = 'human'`).pluck();
  return all.get() ?? 0;
}

describe(`${operations} random file operations`, () => {
  it.each(seeds)('lose no photo and no caption (seed %i)', { timeout: 1_200_000 }, async (seed) => {
    await using library = await WatchedLibrary.open();
    const random = randomNumbers(seed + 1000);
    const churn = new Churn(library.folder, ['one', 'two'], seed);
    await library.add('one');
    await library.add('two');
    await library.scan();
    let captions = 0;
    for (let done = 0; done < operations; ) {
      const some = 1 + Math.floor(random() ** 2 * 60);
      for (let step = 0; step < some; step += 1) churn.step();
      done += some;
      library.nowMs += Math.floor(random() * 30_000);
      const before = rowsOf(library);
      if (random() < 0.5) await library.scan();
      else await compareTouched(library, churn);
      churn.settle();
      const after = rowsOf(library);
      expect(contentsByPath(after)).toEqual(
        Object.fromEntries([...churn.files].sort().map(([file, content]) => [file, sha256(content)])),
      );
      expectIdentitiesKept(before, after, churn);
      expectCaptionsInPlace(library, after);
      expect(captionCount(library)).toBeGreaterThanOrEqual(captions);
      captionSome(library, after, random);
      captions = captionCount(library);
    }
    await library.scan();
    const rows = rowsOf(library);
    expect(rows.filter(({ isMissing }) => !isMissing).length).toBeGreaterThan(20);
    await using fresh = await WatchedLibrary.openOver(library.folder);
    await fresh.add('one');
    await fresh.add('two');
    await fresh.scan();
    expect(contentsByPath(rows)).toEqual(contentsByPath(rowsOf(fresh)));
    expectCaptionsInPlace(library, rows);
  });
});
