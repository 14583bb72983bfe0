/** @file Trying work on a sample of its photos first, and going on with the rest. Main process and server. */
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import type { Attempt } from '../../preload/contract/pilots.ts';
import { type estimatedTermsSchema, termsSchema } from '../../preload/contract/work.ts';
import { attemptedPhotos } from '../library/catalog/runs/pilotResults.ts';
import type { Pilot, PilotAttempt } from '../library/catalog/runs/pilots.ts';
import { type Run, runIdentityHash } from '../library/catalog/runs/runs.ts';
import type { RunIdentity } from '../library/catalog/texts/provenance.ts';
import { questionKey } from '../library/catalog/texts/questionKey.ts';
import { workSample } from '../library/pilots/workSample.ts';
import type { AddedWork, NewWork, OwnSettings } from '../library/queue/queue.ts';
import type { App } from './app.ts';
import { keepAsFields } from './askedFields.ts';
import { runOf } from './runOf.ts';
import { workOf } from './work.ts';

type Terms = z.output<typeof termsSchema>;

/** @throws as `workOf` */
export async function startPilot(
  app: App,
  terms: Terms,
  photoIds: readonly number[],
  signal: AbortSignal | undefined,
): Promise<{ pilotId: number | null; photos: number }> {
  const work = await workOf(app, terms, photoIds);
  const parts = { reader: app.catalog.reader, appearances: (ids: readonly number[]) => app.finding.appearances(ids) };
  const sampleIds = await workSample(parts, work, signal);
  if (terms.kind === 'ask') keepAsFields(app, terms);
  const { runId, added } = await app.queue.add({ ...work, photoIds: sampleIds }, signal);
  if (runId === undefined) return { pilotId: null, photos: 0 };
  const pilotId = app.catalog.pilots.create({ photoIds, sampleIds });
  app.catalog.pilots.addAttempt(pilotId, { runId, request: terms });
  return { pilotId, photos: added };
}

/** What is begun or undone of each pilot. */
const underWay = new WeakMap<App['catalog'], Map<number, Promise<unknown>>>();

/** Two pages that go on with a pilot at once would each begin a run, since neither knew of the other's. */
async function inTurn<Result>({ catalog }: App, pilotId: number, action: () => Promise<Result>): Promise<Result> {
  const ofPilots = underWay.get(catalog) ?? new Map<number, Promise<unknown>>();
  underWay.set(catalog, ofPilots);
  const before = ofPilots.get(pilotId);
  const mine = (async () => {
    // Whether that failed, whoever asked for it is told.
    await before?.catch(() => undefined);
    return await action();
  })();
  ofPilots.set(pilotId, mine);
  try {
    return await mine;
  } finally {
    if (ofPilots.get(pilotId) === mine) ofPilots.delete(pilotId);
  }
}

/** Tries other terms on the sample. @throws CatalogError NO_SUCH_PILOT; as `workOf` */
export async function retryPilot(
  app: App,
  pilotId: number,
  terms: Terms,
  signal: AbortSignal | undefined,
): Promise<AddedWork> {
  return await inTurn(app, pilotId, async () => {
    const pilot = app.catalog.pilots.get(pilotId);
    const { work, attempt } = await pilotWork(app, pilot, terms);
    // What was tried on these terms is there to be seen.
    if (attempt !== undefined) return { runId: undefined, added: 0 };
    return await begin(app, pilotId, terms, { ...work, photoIds: pilot.sampleIds }, signal);
  });
}

/**
 * All photos of the pilot, in the run of the attempt on the same terms, so that its results count and the whole is
 * undone in one step.
 * @throws CatalogError NO_SUCH_PILOT; as `workOf`
 */
export async function continuePilot(
  app: App,
  pilotId: number,
  terms: Terms,
  signal: AbortSignal | undefined,
): Promise<AddedWork> {
  return await inTurn(app, pilotId, async () => {
    const { work, attempt, photoIds } = await pilotWork(app, app.catalog.pilots.get(pilotId), terms);
    return await begin(app, pilotId, terms, { ...work, photoIds, runId: attempt?.run.id }, signal);
  });
}

async function begin(
  app: App,
  pilotId: number,
  request: Terms,
  work: NewWork,
  signal: AbortSignal | undefined,
): Promise<AddedWork> {
  if (request.kind === 'ask') keepAsFields(app, request);
  const added = await app.queue.add(work, signal);
  if (added.runId !== undefined && added.added > 0) {
    app.catalog.pilots.addAttempt(pilotId, { runId: added.runId, request });
  }
  return added;
}

export interface PilotWork {
  readonly work: NewWork;
  /** On the same terms, and not undone since. */
  readonly attempt: { readonly run: Run } | undefined;
  /** Without those that the attempt did, has in hand, or failed with. */
  readonly photoIds: readonly number[];
}

/** @throws as `workOf` */
export async function pilotWork(
  app: App,
  pilot: Pilot,
  terms: z.output<typeof estimatedTermsSchema>,
): Promise<PilotWork> {
  const made = await workOf(app, terms, pilot.photoIds);
  // What writes nothing is tried by no pilot.
  if (terms.kind === 'score' || terms.kind === 'embed') {
    return { work: made, attempt: undefined, photoIds: pilot.photoIds };
  }
  const attempt = pilot.attempts.map((one) => triedOf(app, one)).findLast((one) => isOnTerms(one, terms, made));
  const work = { ...made, identity: attempt?.run.identity ?? made.identity };
  if (attempt === undefined) return { work, attempt, photoIds: made.photoIds };
  const { questions } = made;
  const handled = new Set(await app.catalog.reader.read('handledPhotos', { runId: attempt.run.id, questions }));
  return { work, attempt, photoIds: made.photoIds.filter((id) => !handled.has(id)) };
}

interface Tried {
  readonly run: Run;
  readonly terms: Terms;
  readonly own: readonly OwnSettings[];
}

function triedOf(app: App, { runId, request }: PilotAttempt): Tried {
  const own = app.catalog.questionTerms.of(runId);
  return { run: app.catalog.runs.get(runId), terms: termsSchema.parse(request), own };
}

/** Whether its results are what the work would give. */
function isOnTerms({ run, terms: tried, own }: Tried, terms: Terms, work: NewWork): boolean {
  const { identity, questions, ownSettings = [] } = work;
  if (run.revertedByRunId !== undefined || run.identity === undefined || tried.kind !== terms.kind) return false;
  if (!isDeepStrictEqual(questionsOf(run.identity, tried), questions)) return false;
  if (!isDeepStrictEqual(followUpsOf(tried), followUpsOf(terms))) return false;
  const ownOf = (all: readonly OwnSettings[]) =>
    new Map(all.map(({ question, settings }) => [questionKey(question), settings]));
  if (!isDeepStrictEqual(ownOf(own), ownOf(ownSettings))) return false;
  // A doubtful caption is scored when it is replaced; after the sample there may be no doubtful one left.
  const scoresDoubted =
    terms.kind === 'caption' && terms.again && terms.candidates === 1 && terms.filterModelId === undefined;
  const hashOf = (one: RunIdentity) => runIdentityHash(scoresDoubted ? { ...one, filter: undefined } : one);
  return hashOf(run.identity).equals(hashOf(identity));
}

/** Undefined of captions. */
function questionsOf({ prompt }: RunIdentity, terms: Terms): readonly string[] | undefined {
  if (terms.kind === 'caption') return undefined;
  return terms.kind === 'ask' ? terms.questions.map(({ question }) => question) : [prompt];
}

/** What is asked only after some answers. */
function followUpsOf(terms: Terms) {
  return terms.kind === 'ask'
    ? terms.followUps.map(({ question, after, answers }) => ({ question, after, answers }))
    : [];
}

/** As the contract has it. */
export function attemptOf(app: App, { sampleIds }: Pilot, attempt: PilotAttempt): Attempt {
  const { run, terms } = triedOf(app, attempt);
  const first = run.identity === undefined ? undefined : questionsOf(run.identity, terms);
  const questions = first && [...first, ...followUpsOf(terms).map(({ question }) => question)];
  const photos = attemptedPhotos(app.catalog.connection, run.id, sampleIds, questions);
  return {
    run: runOf(app.catalog, run),
    terms,
    questions: [...(questions ?? [])],
    photos: photos.map((photo) => ({
      ...photo,
      texts: [...photo.texts],
      itm: photo.itm ?? null,
      problem: photo.problem ?? null,
    })),
    isContinued: run.total > sampleIds.length * (questions?.length ?? 1),
  };
}

/** Undoes all attempts but one. Returns the runs that did it. @throws CatalogError NO_SUCH_PILOT */
export function discardAttempts(app: App, pilotId: number, keepRunId: number | null): Promise<number[]> {
  return inTurn(app, pilotId, () => undoAttempts(app, pilotId, keepRunId));
}

async function undoAttempts(app: App, pilotId: number, keepRunId: number | null): Promise<number[]> {
  const undoRunIds: number[] = [];
  for (const { runId } of app.catalog.pilots.get(pilotId).attempts) {
    if (runId === keepRunId || app.catalog.runs.get(runId).revertedByRunId !== undefined) continue;
    await app.queue.cancelRun(runId);
    undoRunIds.push((await app.catalog.undo.revert(runId)).runId);
  }
  return undoRunIds;
}
