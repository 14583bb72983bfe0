/** @file Searching by words and by similarity at once. */
import { describe, expect, it } from 'vitest';
import { photoCards } from '../../../main/library/catalog/photos/cards.ts';
import { searchIds, searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { describedQuery } from '../../../main/library/query/description.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import { QueryError } from '../../../main/library/query/queryError.ts';
import type { CatalogSearch } from '../../../main/library/search/catalogSearch.ts';
import { fuseRankings, type SimilaritySearch, searchPhotos } from '../../../main/library/search/searchPhotos.ts';
import { type ResolvedQuery, resolveSimilar, type SimilarVectors } from '../../../main/library/search/similarPhotos.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { texts } from '../../../resources/messages/texts.ts';
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

function catalogOf({ catalog: { connection } }: SearchLibrary): CatalogSearch {
  return {
    page: async (args) => searchPage(connection, args),
    ids: async (args) => searchIds(connection, args),
    cards: async (photoIds) => photoCards(connection, photoIds),
  };
}

async function refusal(resolved: Promise<ResolvedQuery>): Promise<QueryError> {
  try {
    await resolved;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Of queries that ask for nothing similar. */
function asIs(text: string): ResolvedQuery {
  return { query: parseQuery(text), rankings: [], similarTo: [], beyond: 0 };
}

describe('A search by similarity', () => {
  function similarityOf(ranking: readonly number[], asked: string[] = [], unknown: string[] = []): SimilaritySearch {
    return {
      embedText: async (text) => {
        asked.push(text);
        return { data: new Float32Array([1]), unknown };
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
    const request = { query: asIs('dog tag:keep'), order: relevance, limit: 2, similarity, nowMs };
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
      embedText: async () => ({ data: new Float32Array([1]) }),
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
      const request = { query: asIs(query), order: relevance, limit: 100, similarity, nowMs };
      return (await searchPhotos(catalogOf(library), request)).photoIds;
    };
    expect(new Set(await find('boat'))).toEqual(new Set([ids[0], ids[1], worded]));
    const request = { query: asIs('boat'), order: relevance, limit: 100, similarity, nowMs };
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
      searchPhotos(catalogOf(library), {
        query: asIs(query),
        order: { order, descending: true },
        limit: 9,
        similarity,
        nowMs,
      });
    expect((await search('dog', 'taken')).photoIds).toEqual([id]);
    expect((await search('captioned:yes', 'relevance')).photoIds).toEqual([id]);
    expect(asked).toEqual([]);
  });

  it('finds nothing by looks where the model has no tokens for any of the words', async () => {
    await using library = await searchLibrary();
    const ids = ['a.jpg', 'b.jpg'].map((name) => library.add(name, { caption: 'zzz dog' }));
    const found = async (query: string, unknown: string[]) => {
      const similarity = similarityOf([...ids].reverse(), [], unknown);
      const page = await searchPhotos(catalogOf(library), {
        ...{ query: asIs(query), order: relevance, limit: 9, similarity, nowMs },
      });
      return [...(page.foundBy ?? [])].map(([, { words, looks }]) => ({ words, looks }));
    };
    const both = { words: true, looks: true };
    const wordsOnly = { words: true, looks: false };
    expect(await found('zzz dog', ['zzz'])).toEqual([both, both]);
    expect(await found('ZZZ', ['zzz'])).toEqual([wordsOnly, wordsOnly]);
    expect(await found('yyy', ['y', 'yy'])).toEqual([]);
  });
});

describe('What is similar to photos', () => {
  const relevance = { order: 'relevance', descending: true } as const;

  /** Forty photos: each is the more like another the nearer its number is to that one's. The first three stand out as alike. */
  async function numbered() {
    const library = await searchLibrary();
    const ids = Array.from({ length: 40 }, (_, index) =>
      library.add(`${index}.jpg`, {
        tags: [index % 2 === 0 ? 'even' : 'odd'],
        caption: index < 5 ? 'a boat' : 'a house',
        folder: index < 2 ? 'trip' : 'home/trip',
      }),
    );
    const lookOf = (id: number) => (ids.indexOf(id) < 3 ? ids.indexOf(id) : 100 + ids.indexOf(id));
    const indexed = new Set(ids.slice(0, -1));
    const vectors: SimilarVectors = {
      size: indexed.size,
      has: (id) => indexed.has(id),
      similarTo: async (named, { limit, allowed }) => {
        const mean = named.reduce((sum, id) => sum + lookOf(id), 0) / named.length;
        return [...allowed]
          .filter((id) => indexed.has(id) && !named.includes(id))
          .map((photoId) => ({ photoId, score: 1 - Math.abs(lookOf(photoId) - mean) / 200 }))
          .sort((one, other) => other.score - one.score)
          .slice(0, limit);
      },
    };
    const resolve = (text: string, beyondCut?: 'count' | 'show', open: SimilarVectors | undefined = vectors) =>
      resolveSimilar(catalogOf(library), parseQuery(text), { vectors: async () => open, nowMs, beyondCut });
    const ranked = async (text: string, beyondCut?: 'count' | 'show') => {
      const query = await resolve(text, beyondCut);
      const { photoIds } = await searchPhotos(catalogOf(library), { query, order: relevance, limit: 100, nowMs });
      return photoIds.map((id) => ids.indexOf(id));
    };
    const found = async (text: string) =>
      [...searchIds(library.catalog.connection, { query: (await resolve(text)).query, nowMs })]
        .map((id) => ids.indexOf(id))
        .sort((one, other) => one - other);
    return {
      library,
      ids,
      indexed,
      resolve,
      ranked,
      found,
      [Symbol.asyncDispose]: () => library[Symbol.asyncDispose](),
    };
  }

  it('is found up to where scores fall off, the photos themselves first, and combines with all else', async () => {
    await using all = await numbered();
    const [zero = 0, one = 0] = all.ids;
    expect(await all.ranked(`similar:${zero}`)).toEqual([0, 1, 2]);
    expect(await all.ranked(`similar:${one},0.jpg`)).toEqual([1, 0, 2]);
    expect(await all.ranked(`boat similar:${zero} -tag:odd`)).toEqual([0, 2]);
    expect(await all.found(`similar:${zero} tag:odd OR name:=30.jpg`)).toEqual([1, 30]);
    expect(await all.found(`boat -similar:${zero}`)).toEqual([3, 4]);
    expect((await all.resolve('boat')).query).toEqual(parseQuery('boat'));
  });

  it('is counted and shown beyond that, too, the most similar first', async () => {
    await using all = await numbered();
    const [zero = 0] = all.ids;
    expect(await all.resolve(`similar:${zero} tag:even`, 'count')).toMatchObject({ similarTo: [zero], beyond: 18 });
    expect((await all.ranked(`similar:${zero} tag:even`, 'show')).slice(0, 4)).toEqual([0, 2, 4, 6]);
    expect(await all.ranked(`similar:${zero} tag:even`, 'show')).toHaveLength(20);
  });

  it('goes by the photos that are left of those it names', async () => {
    await using all = await numbered();
    const [zero = 0, one = 0] = all.ids;
    all.library.catalog.connection.prepare('UPDATE photo SET missing_since_ms = 1 WHERE id = ?').run(zero);
    expect(await all.ranked(`similar:${zero}`)).toEqual([1, 2]);
    expect(await all.found(`similar:${zero} missing:yes`)).toEqual([0]);
    expect(await all.ranked(`similar:987654,${one},40.jpg`)).toEqual([1, 2]);
  });

  it.each([
    ['boat similar:987654', 13, 6, 'There is no photo with the number 987654.'],
    ['similar:nowhere.jpg,5.jpeg', 8, 11, 'There is no photo called nowhere.jpg.'],
    ['similar:39.jpg', 8, 6, '39.jpg is not indexed for visual search yet.'],
  ])('%s says what is wrong, and where', async (text, offset, length, message) => {
    await using all = await numbered();
    const error = await refusal(all.resolve(text));
    expect(error).toMatchObject({ code: 'QUERY_INVALID', details: { offset, length } });
    expect(errorText(error, texts.en)).toBe(message);
    expect(errorText(error, texts.zh)).toMatch(/^(?!.*undefined).*\p{Script=Han}/u);
  });

  it('asks for the folder where a name is that of several photos, and finds it by that', async () => {
    await using all = await numbered();
    const other = all.library.add('0.jpg', { folder: 'home/trip' });
    const [zero = 0] = all.ids;
    const error = await refusal(all.resolve('similar:0.jpg'));
    expect(errorText(error, texts.en)).toMatch(
      /^2 photos are called 0\.jpg\. Add the folder: similar:\S*trip\/0\.jpg\.$/,
    );
    all.indexed.add(other);
    expect((await all.resolve('similar:home/trip/0.jpg')).similarTo).toEqual([other]);
    expect((await refusal(all.resolve('similar:trip/0.jpg'))).message).toContain('severalPhotos');
    expect((await all.resolve(`similar:${zero}`)).similarTo).toEqual([zero]);
  });

  it('needs a matching model, and photos that it indexed', async () => {
    await using all = await numbered();
    const sentence = async (open: SimilarVectors | undefined) => {
      const vectors = async () => open;
      const query = parseQuery('dog similar:1');
      const error = await refusal(resolveSimilar(catalogOf(all.library), query, { vectors, nowMs }));
      expect(error).toMatchObject({ code: 'QUERY_INVALID', details: { offset: 4, length: 9 } });
      return errorText(error, texts.en);
    };
    expect(await sentence(undefined)).toContain('requires a matching model');
    expect(await sentence({ size: 0, has: () => false, similarTo: async () => [] })).toContain('and none are');
    // No query goes to the catalog without, and finds nothing in silence.
    const unresolved = { query: parseQuery('similar:1'), nowMs };
    expect(() => searchIds(all.library.catalog.connection, unresolved)).toThrow(
      expect.objectContaining({ code: 'QUERY_INVALID' }),
    );
  });
});
