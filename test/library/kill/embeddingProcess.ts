/** @file Writes captions into photos' own files until it is killed: run by the kill test as a process of its own. */
import { Embedding } from '../../../main/library/embedding/embedTexts.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';

const [libraryFolder = '', temporaryFolder = '', round = ''] = process.argv.slice(2);
await using catalog = await openCatalog({ libraryFolder, owner: 'kill test', onNotice: () => undefined });
const photoIds = [...(await catalog.reader.read('searchIds', { query: parseQuery(''), nowMs: 0 }))];
for (const photoId of photoIds) catalog.captions.write(photoId, `round ${round}`);
await using embedding = await Embedding.start({ catalog, temporaryFolder });
process.stdout.write('working\n');
const filter = { included: captionsOnly, humanOnly: false, withoutDoubtful: false };
const { failures } = await embedding.write({ photoIds, filter, isReplacing: false });
process.stdout.write(`${JSON.stringify(failures)}\n`);
