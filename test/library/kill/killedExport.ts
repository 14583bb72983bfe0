/** @file A process that fills a library, exports it and kills itself in the middle. Started by killedExports.test.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportDataset } from '../../../main/library/interchange/exportDataset.ts';
import { exportDocumentFile } from '../../../main/library/interchange/exportDocument.ts';
import { exportSidecars } from '../../../main/library/interchange/exportSidecars.ts';
import { testCatalog } from '../../support/testCatalog.ts';

const photoCount = 600;
const [kind = '', folder = '', killAt = ''] = process.argv.slice(2);
const out = path.join(folder, 'out');
const photos = path.join(folder, 'photos');
mkdirSync(photos);
const { catalog, addPhoto } = await testCatalog();
const photoIds = catalog.connection.write(() => {
  catalog.connection.database.prepare('UPDATE root SET path = ?, path_key = ?').run(photos, photos);
  const run = { kind: 'caption', description: { kind: 'named', name: 'Caption' } } as const;
  const runId = catalog.runs.begin(run);
  return Array.from({ length: photoCount }, (_, index) => {
    writeFileSync(path.join(photos, `${index}.jpg`), `picture ${index}`);
    const id = addPhoto(`${index}.jpg`);
    catalog.captions.add(id, runId, { text: `caption of ${index}.`, source: 'model' });
    return id;
  });
});

const onProgress = (done: number) => {
  if (done >= Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const included = {
  captions: true,
  alternatives: false,
  tags: false,
  answers: false,
  altText: false,
  longDescription: false,
};
const content = { photoIds, filter: { included, humanOnly: false, withoutDoubtful: false } };
const { reader, writtenFiles, writtenXmp } = catalog;
const parts = { catalog, reader, writtenFiles, writtenXmp, temporaryFolder: tmpdir() };
if (kind === 'sidecars') {
  await exportSidecars(parts, { ...content, format: 'txt', folder: out }, { onProgress });
} else if (kind === 'dataset') {
  const shares = { train: 50, validation: 25, test: 25 };
  await exportDataset(
    reader,
    { ...content, folder: out, metadata: 'jsonl', picturesBy: 'copy', shares },
    { onProgress },
  );
} else {
  const format = kind === 'parquet' ? 'parquet' : 'json-full';
  await exportDocumentFile(parts, { ...content, format, file: out, isNamed: true }, { onProgress });
}
throw new Error('the export ended before it was killed');
