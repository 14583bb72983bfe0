/** @file Searching by words and by similarity at once. */
import { describe, expect, it } from 'vitest';
import { searchIds, searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { describedQuery } from '../../../main/library/query/description.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import {
  type CatalogSearch,
  fuseRankings,
  type SimilaritySearch,
  searchPhotos,
} from '../../../main/library/search/searchPhotos.ts';
import { nowMs, type SearchLibrary, searchLibrary } from './searchLibrary.ts';

describe('Rankings', () => {
  it('are fused by the sum of the reciprocals of sixty plus the place', () => {
    expect(fuseRankings([[1, 2], [2]])).toEqual([
      { photoId: 2, score: 1 / 62 + 1 / 61 },
      { photoId: 1, score: 1 / 61 },
    ]);
  });

  it('that agree stay as they are, and none is nothing', () => {
    expect(
      fuseRankings([
        [3, 1, 2],
        [3, 1, 2],
      ]).map(({ photoId }) => photoId),
    ).toEqual([3, 1, 2]);
    expect(fuseRankings([[], []])).toEqual([]);
  });

  it('put what both have before what one has at the top', () => {
    const fused = fuseRankings([
      [1, 2, 3],
      [4, 5, 3],
    ]);
    expect(fused[0]?.photoId).toBe(3);
  });
});

describe('A query', () => {
  it.each([
    ['dog on "the beach" taken:2024 -cat', 'dog on the beach', 'taken:2024 -cat'],
    ['dog', 'dog', ''],
    ['tag:x', '', 'tag:x'],
    ['dog OR cat', '', 'dog OR cat'],
    ['do*', 'do', ''],
    ['', '', ''],
  ])('%s describes "%s" and demands "%s"', (text, description, demands) => {
    const described = describedQuery(parseQuery(text));
    expect([described.description, printQuery(described.demands)]).toEqual([description, demands]);
  });
});

describe('A search by similarity', () => {
  function catalogOf({ catalog: { connection } }: SearchLibrary): CatalogSearch {
    return {
      page: async (args) => searchPage(connection, args),
      ids: async (args) => searchIds(connection, args),
    };
  }

  function similarityOf(ranking: readonly number[], asked: string[] = []): SimilaritySearch {
    return {
      embedText: async (text) => {
        asked.push(text);
        return new Float32Array([1]);
      },
      vectors: {
        searchByVector: async (_query, { limit, allowed }) => {
          const set = allowed === undefined ? undefined : new Set(allowed);
          const hits = ranking.filter((id) => set?.has(id) ?? true).slice(0, limit);
          return hits.map((photoId, index) => ({ photoId, score: 1 - index / 10 }));
        },
      },
    };
  }

  const relevance = { order: 'relevance', descending: true } as const;

  it('joins what is written with what is seen, under the filters of the query', async () => {
    await using library = await searchLibrary();
    const written = library.add('written.jpg', { caption: 'a dog', tags: ['keep'] });
    const both = library.add('both.jpg', { caption: 'one more photo of a dog', tags: ['keep'] });
    const seen = library.add('seen.jpg', { tags: ['keep'] });
    const elsewhere = library.add('elsewhere.jpg', { caption: 'a dog' });
    const asked: string[] = [];
    const similarity = similarityOf([elsewhere, both, seen], asked);
    const request = { query: 'dog tag:keep', order: relevance, limit: 2, similarity, nowMs };
    const first = await searchPhotos(catalogOf(library), request);
    expect(asked).toEqual(['dog']);
    expect(first.photoIds.map(library.nameOf)).toEqual(['both.jpg', 'written.jpg']);
    expect(first.next).toEqual({ kind: 'number', offset: 2 });
    const second = await searchPhotos(catalogOf(library), { ...request, after: first.next ?? undefined });
    expect(second).toMatchObject({ photoIds: [seen], next: null });
    expect([written, elsewhere]).not.toContain(seen);
  });

  it('leaves out what looks hardly more like the words than any photo, whatever the filters leave', async () => {
    await using library = await searchLibrary();
    const ids = Array.from({ length: 40 }, (_, index) =>
      library.add(`${index}.jpg`, { tags: index % 2 === 0 ? ['even'] : [] }),
    );
    const worded = library.add('worded.jpg', { caption: 'a boat' });
    // Two stand out, one does a little; of the others each looks like anything to some degree.
    const scores = new Map(ids.map((id, index) => [id, [0.8, 0.75, 0.5][index] ?? 0.3 + index / 1000]));
    const similarity: SimilaritySearch = {
      embedText: async () => new Float32Array([1]),
      vectors: {
        searchByVector: async (_query, { limit, allowed }) =>
          [...(allowed ?? scores.keys())]
            .flatMap((photoId) => {
              const score = scores.get(photoId);
              return score === undefined ? [] : [{ photoId, score }];
            })
            .sort((a, b) => b.score - a.score)
            .slice(0, limit),
      },
    };
    const find = async (query: string) => {
      const request = { query, order: relevance, limit: 100, similarity, nowMs };
      return (await searchPhotos(catalogOf(library), request)).photoIds;
    };
    expect(new Set(await find('boat'))).toEqual(new Set([ids[0], ids[1], worded]));
    const request = { query: 'boat', order: relevance, limit: 100, similarity, nowMs };
    const { foundBy, beyond } = await searchPhotos(catalogOf(library), request);
    expect(foundBy?.get(worded)).toEqual({ words: true, looks: false });
    expect(foundBy?.get(ids[1] ?? 0)).toEqual({ words: false, looks: true });
    expect(beyond).toBe(38);
    const whole = await searchPhotos(catalogOf(library), { ...request, beyondCut: true });
    expect([whole.photoIds.length, whole.beyond]).toEqual([41, 0]);
    expect(await find('boat tag:even')).toEqual([ids[0]]);
    expect(await find('boat -tag:even name:1')).toEqual([ids[1]]);
  });

  it('is by words alone where another order is asked for, or there is nothing to look like', async () => {
    await using library = await searchLibrary();
    const id = library.add('a.jpg', { caption: 'a dog' });
    const asked: string[] = [];
    const similarity = similarityOf([], asked);
    const search = (query: string, order: 'taken' | 'relevance') =>
      searchPhotos(catalogOf(library), { query, order: { order, descending: true }, limit: 9, similarity, nowMs });
    expect((await search('dog', 'taken')).photoIds).toEqual([id]);
    expect((await search('captioned:yes', 'relevance')).photoIds).toEqual([id]);
    expect(asked).toEqual([]);
  });

  it('refuses a query that is wrong', async () => {
    await using library = await searchLibrary();
    const request = { query: 'tga:x', order: relevance, limit: 1 };
    await expect(searchPhotos(catalogOf(library), request)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });
});
