/** @file The tags that runs chose from: kept once, however many runs, and told whole. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { wholeParameters } from '../../../main/library/catalog/exports/documentVocabulary.ts';
import { runsToExport, vocabularyToExport } from '../../../main/library/catalog/exports/exportRuns.ts';
import { runVocabularies } from '../../../main/library/catalog/migrations/0020-runVocabularies.ts';
import { migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { runIdentityHash } from '../../../main/library/catalog/runs/runs.ts';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { tagWords } from '../../../main/library/catalog/texts/vocabulary.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { taggingTerms } from '../../../main/library/queue/taggingTerms.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { testCatalog } from '../../support/testCatalog.ts';
import { identityWith } from '../queue/queueLibrary.ts';

const words = tagWords([{ path: 'animals/Dög "x"', synonyms: ['hound'] }, { path: 'sea' }]);
const asked = identityWith('writer', 'list the tags', { kind: 'question' });

function begin(catalog: Catalog, identity: RunIdentity): number {
  return catalog.runs.begin({ kind: 'ask', description: { kind: 'tag', vocabulary: 2 }, identity });
}

it('a vocabulary is stored once for all runs that chose from it, and each run has its own terms with it', async () => {
  await using test = await testCatalog();
  const { catalog } = test;
  const identities = [taggingTerms(asked, words, 3), taggingTerms(asked, words, 3), taggingTerms(asked, words, 5)];
  const ids = identities.map((identity) => begin(catalog, identity));
  const plain = begin(catalog, asked);
  expect(catalog.connection.value<number>('SELECT count(*) FROM run_vocabulary')).toBe(1);
  // From the catalog, and as it is remembered.
  for (let turn = 0; turn < 2; turn += 1) {
    expect(ids.map((id) => catalog.runs.get(id).identity)).toEqual(identities);
    expect(catalog.runs.get(plain).identity).toEqual(asked);
  }
  const [first] = ids.map((id) => catalog.runs.get(id).identity);
  expect(runIdentityHash(structuredClone(first ?? asked))).toEqual(catalog.jobs.identityHashOf(ids[0] ?? 0));
  const other = taggingTerms(asked, tagWords([{ path: 'animals/Sea' }]), 3);
  expect(catalog.runs.get(begin(catalog, other)).identity).toEqual(other);
  // Equal names of other tags.
  const moved = taggingTerms(asked, tagWords([{ path: 'places/Sea' }]), 3);
  expect(catalog.runs.get(begin(catalog, moved)).identity?.tagPaths).toEqual(['places/Sea']);
});

it('an export has each vocabulary once, also of runs from before that have theirs themselves', async () => {
  await using test = await testCatalog();
  const { catalog } = test;
  const photoId = test.addPhoto('a.jpg');
  const identity = taggingTerms(asked, words, 3);
  const other = taggingTerms(asked, tagWords([{ path: 'animals/Sea' }]), 3);
  const plain = { ...identity, settings: { ...identity.settings, tags: undefined }, tagPaths: undefined };
  const runs = [identity, identity, other, plain].map((terms) => begin(catalog, terms));
  for (const [index, run] of runs.entries()) catalog.tags.add(photoId, run, { path: `sea ${index}`, source: 'model' });
  catalog.connection
    .prepare('UPDATE run SET settings = ?, tag_paths = ?, vocabulary_id = NULL WHERE id = ?')
    .run(JSON.stringify(identity.settings), JSON.stringify(identity.tagPaths), runs[1]);
  const included = { ...captionsOnly, tags: true };
  const filter = { included, humanOnly: false, withoutDoubtful: false };
  const list = runsToExport(catalog.connection, { photoIds: [photoId], filter });
  expect(list.runs.map(({ key, vocabulary }) => [Number(key), vocabulary])).toEqual([
    [runs[0], '1'],
    [runs[1], '1'],
    [runs[2], '2'],
    [runs[3], null],
  ]);
  const terms = list.vocabularies.map((one) => vocabularyToExport(catalog.connection, one));
  const inFull = list.runs.map(({ parameters, tagPaths, vocabulary }) => {
    const apart = terms[Number(vocabulary) - 1];
    return apart === undefined ? [parameters, tagPaths] : [wholeParameters(parameters, apart), apart.tagPaths];
  });
  const asJson = [identity, identity, other, plain].map(({ settings, tagPaths = null }) => [settings, tagPaths]);
  expect(inFull).toEqual(JSON.parse(JSON.stringify(asJson)));
});

it('runs of a catalog from before keep their terms', async () => {
  await using folder = await temporaryFolder();
  const { version } = migrations.find(({ up }) => up === runVocabularies) ?? { version: 0 };
  const old = openDatabase(path.join(folder.path, 'catalog.db'), {
    migrations: migrations.filter((migration) => migration.version < version),
  });
  const identity = taggingTerms(asked, words, 3);
  const stored = [JSON.stringify(identity.model), JSON.stringify(identity.settings), JSON.stringify(identity.tagPaths)];
  old
    .prepare(
      `INSERT INTO run (id, kind, description, state, created_at_ms, prompt, prompt_kind, model, settings, tag_paths)
       VALUES (1, 'ask', '{"kind":"tag","vocabulary":2}', 'done', 0, 'list the tags', 'question', ?, ?, ?)`,
    )
    .run(...stored);
  old.close();
  await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
  expect(catalog.runs.get(1).identity).toEqual(identity);
});
