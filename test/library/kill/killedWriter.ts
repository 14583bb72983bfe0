/**
 * @file Writes the captions of a library somewhere, as an argument says, and is killed meanwhile or not. Started by
 * killedWrites.test.ts as a process of its own, once for each round; every caption says which round it is of.
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

const [kind = '', folder = '', round = '', step = '', nth = ''] = process.argv.slice(2);
const isStep = (text: string): text is KillStep => killSteps.some((known) => known === text);
if (isStep(step)) killAt(step, Number(nth));

const libraryFolder = path.join(folder, 'library');
await using catalog = await openCatalog({ libraryFolder, owner: 'kill test', onNotice: () => undefined });
await catalog.undo.finishInterrupted();
const watch = { catalog, disk: realDisk, volumes: systemVolumes(realDisk, process.platform), debounceMs: 0 };
if (catalog.roots.list().length === 0) {
  await addRoot(watch, path.join(folder, 'photos'), { watched: true, liveSidecars: kind === 'live' });
}
await scanLibrary(watch);
const rows = catalog.connection
  .prepare<[], { id: number; name: string }>('SELECT id, name FROM photo ORDER BY name')
  .all();
const photoIds = rows.map(({ id }) => id);
const textOf = (name: string) => `round ${round} of ${name}`;
if (kind !== 'import') for (const { id, name } of rows) catalog.captions.write(id, textOf(name));
const filter = { included: captionsOnly, humanOnly: false, withoutDoubtful: false };
const content = { photoIds, filter };

if (kind === 'live') {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  await using live = new LiveSidecars({ catalog, temporaryFolder: folder, quietMs: 0, onFailure });
  live.start();
  await eventually(() => {
    const behind = rows.filter(({ id, name }) => catalog.liveSidecars.of(id)?.texts.caption !== textOf(name));
    if (behind.length > 0) throw new Error(`${behind.length} sidecars are not in step: ${failures.join()}`);
  });
} else if (kind === 'embed') {
  await using embedding = await Embedding.start({ catalog, temporaryFolder: folder });
  const { failures } = await embedding.write({ ...content, isReplacing: false });
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
} else if (kind === 'import') {
  const photos = rows.map(({ id: photoId, name }) => ({
    ...{ photoId, file: name, isOtherContent: false, tags: [], answers: [], scores: [], marks: [] },
    captions: [{ kind: 'caption' as const, text: textOf(name), source: 'import' as const }],
  }));
  await importTexts(
    catalog,
    { photos, runs: [], choose: () => 'keep', description: { kind: 'named', name: 'Import' }, importSource: 'a.json' },
    { onProgress: (done) => (step === 'import' && done >= Number(nth) ? die() : undefined) },
  );
} else {
  const { reader, writtenFiles, writtenXmp } = catalog;
  const parts = { catalog, reader, writtenFiles, writtenXmp, temporaryFolder: folder };
  const sidecars = sidecarFormatSchema.safeParse(kind);
  if (sidecars.success) {
    const { failures } = await exportSidecars(parts, { ...content, format: sidecars.data, folder: undefined });
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
  } else {
    const format = exportedDocumentFormatSchema.parse(kind);
    await exportDocumentFile(parts, { ...content, format, file: path.join(folder, 'out'), isNamed: true });
  }
}
