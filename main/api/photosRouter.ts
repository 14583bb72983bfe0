/** @file The photos' part of the contract. Main process and server. */
import { markPhotos } from '../library/editing/markPhotos.ts';
import { toggledValue } from '../library/query/facetQuery.ts';
import { parseQuery } from '../library/query/parseQuery.ts';
import { printQuery } from '../library/query/printQuery.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { photoDetails } from './photoDetails.ts';
import { selectedPhotos } from './selection.ts';

export const photosRouter = api.photos.router({
  list: api.photos.list.handler(({ context: { app }, input, signal }) => app.finding.list(input, signal)),
  cards: api.photos.cards.handler(async ({ context: { app }, input, signal }) => {
    const cards = await app.catalog.reader.read('cards', input.ids, signal);
    return cards.map((card) => ({ ...card, tags: [...card.tags] }));
  }),
  summary: api.photos.summary.handler(async ({ context: { app }, input, signal }) => {
    const photoIds = await selectedPhotos(app, input.selection, signal);
    const summary = await app.catalog.reader.read('photoSummary', photoIds, signal);
    return { ...summary, tags: [...summary.tags] };
  }),
  details: api.photos.details.handler(({ context: { app }, input }) => photoDetails(app.catalog, input.id)),
  suggest: api.photos.suggest.handler(({ context: { app }, input, signal }) =>
    app.finding.suggest(input.query, input.cursor, signal),
  ),
  counts: api.photos.counts.handler(({ context: { app }, input, signal }) => app.finding.counts(input.queries, signal)),
  located: api.photos.located.handler(({ context: { app }, input, signal }) =>
    app.finding.located(input.query, signal),
  ),
  clusters: api.photos.clusters.handler(({ context: { app }, input, signal }) => app.finding.clusters(input, signal)),
  facets: api.photos.facets.handler(({ context: { app }, input, signal }) => app.finding.facets(input, signal)),
  toggleFacet: api.photos.toggleFacet.handler(({ input: { query, facet, value } }) => ({
    query: printQuery(toggledValue(parseQuery(query), facet, value)),
  })),
  nearDuplicates: api.photos.nearDuplicates.handler(({ context: { app }, signal }) =>
    app.finding.nearDuplicates(signal),
  ),
  writeCaption: api.photos.writeCaption.handler(
    ({ context: { app }, input: { photoId, kind, text, basedOnId, continuesRunId } }) => {
      const captionId = app.catalog.captions.write(photoId, text, { basedOnId, continuesRunId, kind });
      const caption = app.catalog.captions.get(captionId);
      return { captionId, runId: caption?.approval?.runId ?? caption?.runId ?? 0 };
    },
  ),
  removeCaption: api.photos.removeCaption.handler(({ context: { app }, input: { captionId } }) => {
    const kind = app.catalog.captions.get(captionId)?.kind;
    const description = { kind: 'removeCaption', ...(kind === 'caption' ? {} : { textKind: kind }) } as const;
    return {
      runId: app.catalog.runs.within({ kind: 'edit', description }, (runId) => {
        app.catalog.captions.remove(captionId, runId);
        return runId;
      }),
    };
  }),
  writeAnswer: api.photos.writeAnswer.handler(({ context: { app }, input: { photoId, question, text } }) => {
    return { runId: app.catalog.answers.write(photoId, question, text) };
  }),
  mark: api.photos.mark.handler(async ({ context: { app }, input: { selection, change }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    return await withEditProgress(app, async (onProgress) => {
      const { runId = null, photos } = await markPhotos(app.catalog, photoIds, change, { signal, onProgress });
      return { runId, photos };
    });
  }),
  lookingAt: api.photos.lookingAt.handler(({ context: { app }, input }) => {
    app.queue.setVisible(input.ids);
  }),
});
