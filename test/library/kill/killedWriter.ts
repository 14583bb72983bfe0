/**
 * @file Writes the captions of a library in several ways at once, each those of a folder of its own, and is killed meanwhile
 * or not. Started by killedWrites.test.ts as a process of its own, once for each round; every caption says which round it is of.
 */
import path from 'node:path';
import { Embedding } from '../../../main/library/embedding/embedTexts.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { exportDocumentFile } from '../../../main/library/interchange/exportDocument.ts';
import { exportSidecars } from '../../../main/library/interchange/exportSidecars.ts';
import { importTexts } from '../../../main/library/interchange/imports/importTexts.ts';
import { LiveSidecars } from '../../../main/library/liveSidecars/liveSidecars.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes } from '../../../main/library/watch/volumes.ts';
import { exportedDocumentFormatSchema, sidecarFormatSchema } from '../../../schemas/exports.ts';
import { eventually } from '../../support/eventually.ts';
import { die, type KillStep, killAt, killSteps } from './killPoint.ts';

const [folder = '', kinds = '', round = '', step = '', nth = ''] = process.argv.slice(2);
const writers = kinds.split(',').map((kind) => ({ kind, place: path.join(folder, kind) }));
const isStep = (text: string): text is KillStep => killSteps.some((known) => known === text);
if (isStep(step)) {
  killAt(
    step,
    Number(nth),
    writers.map(({ place }) => place),
  );
}

const libraryFolder = path.join(folder, 'library');
await using catalog = await openCatalog({ libraryFolder, owner: 'kill test', onNotice: () => undefined });
const watch = { catalog, disk: realDisk, volumes: systemVolumes(realDisk, process.platform), debounceMs: 0 };
if (catalog.roots.list().length === 0) {
  for (const { kind, place } of writers) {
    await addRoot(watch, path.join(place, 'photos'), { watched: true, liveSidecars: kind === 'live' });
  }
}
await scanLibrary(watch);
const textOf = (name: string) => `round ${round} of ${name}`;
const filter = { included: captionsOnly, humanOnly: false, withoutDoubtful: false };

interface Photo {
  readonly id: number;
  readonly name: string;
}

function photosIn(folder: string): Photo[] {
  return catalog.connection
    .prepare<[string], Photo>(
      `SELECT photo.id, name FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
       WHERE root.path = ? ORDER BY name`,
    )
    .all(folder);
}

async function write(kind: string, place: string): Promise<void> {
  const photos = photosIn(path.join(place, 'photos'));
  if (kind === 'import') return await importAll(photos);
  for (const { id, name } of photos) catalog.captions.write(id, textOf(name));
  if (kind === 'live') return await keepInStep(photos, place);
  const content = { photoIds: photos.map(({ id }) => id), filter };
  if (kind === 'embed') {
    await using embedding = await Embedding.start({ catalog, temporaryFolder: place });
    return assertNone((await embedding.write({ ...content, isReplacing: false })).failures);
  }
  const { reader, writtenFiles, writtenXmp } = catalog;
  const parts = { catalog, reader, writtenFiles, writtenXmp, temporaryFolder: place };
  const sidecars = sidecarFormatSchema.safeParse(kind);
  if (sidecars.success) {
    const { failures } = await exportSidecars(parts, { ...content, format: sidecars.data, folder: undefined });
    return assertNone(failures);
  }
  const format = exportedDocumentFormatSchema.parse(kind);
  await exportDocumentFile(parts, { ...content, format, file: path.join(place, 'out'), isNamed: true });
}

function assertNone(failures: readonly unknown[]): void {
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
}

async function keepInStep(photos: readonly Photo[], temporaryFolder: string): Promise<void> {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  await using live = new LiveSidecars({ catalog, temporaryFolder, quietMs: 0, onFailure });
  live.start();
  await eventually(() => {
    const behind = photos.filter(({ id, name }) => catalog.liveSidecars.of(id)?.texts.caption !== textOf(name));
    if (behind.length > 0) throw new Error(`${behind.length} sidecars are not in step: ${failures.join()}`);
  });
}

async function importAll(rows: readonly Photo[]): Promise<void> {
  const photos = rows.map(({ id: photoId, name }) => ({
    ...{ photoId, file: name, isOtherContent: false, tags: [], answers: [], scores: [], marks: [] },
    captions: [{ kind: 'caption' as const, text: textOf(name), source: 'import' as const }],
  }));
  await importTexts(
    catalog,
    { photos, runs: [], choose: () => 'keep', description: { kind: 'named', name: 'Import' }, importSource: 'a.json' },
    { onProgress: (done) => (step === 'import' && done >= Number(nth) ? die() : undefined) },
  );
}

await Promise.all(writers.map(({ kind, place }) => write(kind, place)));
