/** @file The photos that a command's query finds; vectors are opened only for a query that asks for similar ones. */
import type { Catalog } from '../../library/catalog/catalog.ts';
import type { Query } from '../../library/query/ast.ts';
import { readerSearch } from '../../library/search/catalogSearch.ts';
import { type ResolvedQuery, resolveSimilar } from '../../library/search/similarPhotos.ts';
import type { CliContext } from '../cliContext.ts';
import type { SimilarityParts } from './similarity.ts';

/** @throws QueryError, VectorError */
export async function resolvedQuery(
  query: Query,
  parts: Pick<SimilarityParts, 'catalog' | 'context' | 'resources'>,
): Promise<ResolvedQuery> {
  return await resolveSimilar(readerSearch(parts.catalog.reader), query, {
    vectors: async () => await (await import('./similarity.ts')).vectorsAtHand(parts),
    nowMs: Date.now(),
    signal: parts.context.interrupt,
  });
}

/** In no order. @throws QueryError, VectorError */
export async function queriedPhotos(
  query: Query,
  { catalog, context }: { readonly catalog: Catalog; readonly context: CliContext },
): Promise<number[]> {
  await using resources = new AsyncDisposableStack();
  const resolved = await resolvedQuery(query, { catalog, context, resources });
  const args = { query: resolved.query, nowMs: Date.now() };
  return [...(await catalog.reader.read('searchIds', args, context.interrupt))];
}
