/** @file Edits, imports, undos and redos of one photo in whatever order: nothing stands there twice, and nothing is lost. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { CatalogError } from '../../../main/library/catalog/catalogError.ts';
import { bringingRun } from '../../../main/library/catalog/runs/changes.ts';
import { isElsewhere } from '../../../main/library/catalog/texts/actRank.ts';
import { editTags } from '../../../main/library/editing/editTags.ts';
import { importTexts } from '../../../main/library/interchange/imports/importTexts.ts';
import { conflictChoices } from '../../../schemas/choices.ts';
import { it } from '../../support/fixtures.ts';

const text = fc.constantFrom('a boat', 'a ship');
const author = fc.constantFrom(
  { source: 'human', run: { value: null } } as const,
  { source: 'import' } as const,
  { source: 'model' } as const,
);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), text, goesOn: fc.boolean() }) },
  fc.record({ kind: fc.constant('answer' as const), text: fc.constantFrom('yes', 'no', '') }),
  fc.record({ kind: fc.constantFrom('tag' as const, 'untag' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      // A document may say the same twice: then it stands there twice.
      captions: fc.uniqueArray(fc.tuple(text, author), {
        maxLength: 2,
        selector: ([said, { source }]) => `${source} ${said}`,
      }),
      answers: fc.array(fc.tuple(fc.constantFrom('yes', 'no'), author), { maxLength: 1 }),
      tags: fc.array(author, { maxLength: 1 }),
      choice: fc.constantFrom(...conflictChoices),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('revert' as const), run: fc.nat(12) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(catalog: Catalog, photoId: number, firstRun: number, one: Step): Promise<void> {
  switch (one.kind) {
    case 'write': {
      const [shown] = catalog.captions.of(photoId);
      catalog.captions.write(photoId, one.text, { basedOnId: one.goesOn ? shown?.id : undefined });
      break;
    }
    case 'answer':
      catalog.answers.write(photoId, 'Is it at sea?', one.text);
      break;
    case 'tag':
      await editTags(catalog, { photoIds: [photoId], operation: { type: 'add', paths: ['sea'] } });
      break;
    case 'untag':
      await editTags(catalog, { photoIds: [photoId], operation: { type: 'remove', paths: ['sea'] } });
      break;
    case 'import': {
      const photo = {
        ...{ photoId, file: '', isOtherContent: false, scores: [], marks: [] },
        captions: one.captions.map(([said, by]) => ({ text: said, ...by })),
        answers: one.answers.map(([said, by]) => ({ question: 'Is it at sea?', text: said, ...by })),
        tags: one.tags.map((by) => ({ path: 'sea', ...by })),
      };
      const description = { kind: 'named', name: 'Import' } as const;
      await importTexts(catalog, {
        photos: [photo],
        runs: [],
        choose: () => one.choice,
        description,
        importSource: '',
      });
      break;
    }
    case 'revert':
      await catalog.undo.revert(firstRun + one.run).catch((error: unknown) => {
        if (!(error instanceof CatalogError)) throw error;
      });
  }
}

const tables = [
  { entity: 'caption', about: 'kind', said: 'text', author: 'coalesce(author_run_id, run_id)' },
  { entity: 'answer', about: 'question_id', said: 'text_key', author: 'run_id' },
  { entity: 'photo_tag', about: 'tag_id', said: 'tag_id', author: 'coalesce(author_run_id, run_id)' },
] as const;

/** What is wrong with the rows of the photo. */
function faults({ connection }: Catalog, photoId: number): string[] {
  return tables.flatMap(({ entity, about, said, author: authorRun }) => {
    const rows = connection
      .prepare<
        [number],
        Record<'id' | 'about' | 'said' | 'source' | 'author' | 'brought', string | number> & {
          removed: number | null;
          here: number;
        }
      >(
        `SELECT id, ${about} AS about, ${said} AS said, source, iif(source = 'import', 0, ${authorRun}) AS author,
           ${bringingRun(entity)} AS brought, removed_run_id AS removed, NOT ${isElsewhere(authorRun)} AS here
         FROM ${entity} WHERE photo_id = ?`,
      )
      .all(photoId);
    const isInEffect = (runId: string | number) =>
      connection.value<number>('SELECT reverted_by_run_id IS NULL FROM run WHERE id = ?', runId) === 1;
    const isApproved = (id: string | number) =>
      entity !== 'answer' &&
      connection.value<number>(
        `SELECT EXISTS (SELECT 1 FROM approval WHERE ${entity}_id = ? AND removed_run_id IS NULL)`,
        id,
      ) === 1;
    const live = rows.filter(({ removed }) => removed === null);
    const own = live.filter(({ source, here }) => source === 'human' && here === 1);
    const others = live.filter(({ here, source }) => here === 0 || source !== 'human');
    return [
      ...own
        .filter((row) => own.some((other) => other.id !== row.id && other.about === row.about))
        .map((row) => `${entity} ${row.id} is the person's, beside another one`),
      ...others
        .filter((row) =>
          others.some(
            (other) =>
              other.brought !== row.brought &&
              (['about', 'said', 'source', 'author'] as const).every((name) => other[name] === row[name]),
          ),
        )
        .map((row) => `${entity} ${row.id} stands there twice`),
      ...live
        .filter(({ id, brought }) => !isInEffect(brought) && !isApproved(id))
        .map(({ id }) => `${entity} ${id} is there, although what brought it is undone`),
      ...rows
        .filter(({ brought, removed }) => removed !== null && isInEffect(brought) && !isInEffect(removed))
        .map(({ id }) => `${entity} ${id} is gone, although what took it away is undone`),
    ];
  });
}

it('a photo has each text and tag once, and all that is not undone', async ({ test }) => {
  const { catalog } = test;
  let photos = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      photos += 1;
      const photoId = test.addPhoto(`${photos}.jpg`);
      const firstRun = catalog.connection.value<number>('SELECT coalesce(max(id), 0) + 1 FROM run');
      for (const one of steps) {
        await take(catalog, photoId, firstRun, one);
        expect(faults(catalog, photoId)).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});
