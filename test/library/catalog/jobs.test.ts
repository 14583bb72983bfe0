/** @file The durable queue in the catalog: adding, taking, settling, and putting right. */
import { describe, expect } from 'vitest';
import { DueJobs } from '../../../main/library/catalog/jobs/dueJobs.ts';
import { checkQueue, repairQueue } from '../../../main/library/catalog/jobs/jobCheck.ts';
import { type Filling, fillRun } from '../../../main/library/catalog/jobs/jobFilling.ts';
import { EmbeddingStore } from '../../../main/library/catalog/photos/embeddings.ts';
import { runIdentityHash } from '../../../main/library/catalog/runs/runs.ts';
import { it } from '../../support/fixtures.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';
import { identityWith } from '../queue/queueLibrary.ts';

const identity = identityWith('writer');
const identityHash = runIdentityHash(identity);
const terms = { kind: 'caption' as const, identityHash, embeddingKey: undefined };
const anywhere = { exclude: [], visiblePhotoIds: [] };

async function fill({ catalog }: TestCatalog, photoIds: readonly number[], more: Partial<Filling> = {}) {
  const kind = more.terms?.kind ?? 'caption';
  const run = {
    id: undefined,
    begin: () => catalog.runs.begin({ kind, description: { kind: 'named', name: 'Run' }, identity }),
  };
  const filling: Filling = { run, terms, photoIds, ...more };
  const added = await fillRun(catalog.connection, filling);
  return { runId: filling.run.id ?? 0, added };
}

function addPhotos(test: TestCatalog, count: number): number[] {
  return test.catalog.connection.write(() =>
    Array.from({ length: count }, (_, index) => test.addPhoto(`${index}.jpg`)),
  );
}

function nextJob({ catalog }: TestCatalog, runId: number) {
  const due = new DueJobs(catalog.connection);
  const head = due.head([runId], anywhere);
  const photo = head === undefined ? undefined : due.take(head, [{ id: runId, terms }]);
  const job = photo?.jobs[0];
  if (photo === undefined || job === undefined) throw new Error('there is no job');
  return { photo, job, asked: { id: job.id, runId, photoId: photo.id, photoRevision: photo.revision, identityHash } };
}

describe('adding jobs', () => {
  it('takes any number of photos and questions, each pair once', async ({ test }) => {
    const ids = addPhotos(test, 3000);
    const questionIds = ['a?', 'b?', 'c?'].map((text) => test.catalog.answers.questionId(text));
    const asking = { terms: { ...terms, kind: 'ask' as const }, questionIds };
    const { runId, added } = await fill(test, [...ids, ...ids], asking);
    expect(added).toBe(9000);
    const again = { id: runId, begin: () => 0 };
    expect((await fill(test, ids, { ...asking, run: again })).added).toBe(0);
    expect(test.catalog.runs.get(runId)).toMatchObject({ total: 9000, state: 'running' });
    expect(test.catalog.jobs.counts(runId).waiting).toBe(9000);
  });

  it('leaves other writers their turn and stops where it is told to, keeping what was added', async ({ test }) => {
    const ids = addPhotos(test, 5000);
    const controller = new AbortController();
    const filled = fill(test, ids, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(filled).rejects.toThrow('enough');
    const [run] = test.catalog.runs.open();
    expect(test.catalog.jobs.counts(run?.id ?? 0).waiting).toBe(run?.total);
    expect(run?.total).toBeLessThan(5000);
  });

  it('passes over photos that are missing, and begins no run for nothing', async ({ test }) => {
    const ids = addPhotos(test, 2);
    test.catalog.connection.prepare('UPDATE photo SET missing_since_ms = 1').run();
    expect(await fill(test, ids)).toEqual({ runId: 0, added: 0 });
    expect(test.catalog.runs.list()).toEqual([]);
  });
});

const vectorOf = (photoId: number) => ({ photoId, photoRevision: 1, slot: 0, checksum: 1 });

describe('work whose result was undone', () => {
  it.for(['caption', 'ask', 'score'] as const)('is due again: %s', async (kind, { test }) => {
    const { catalog } = test;
    const [photoId = 0] = addPhotos(test, 1);
    const captionId = catalog.captions.write(photoId, 'a boat');
    const questionId = catalog.answers.questionId('what?');
    const work = { terms: { ...terms, kind }, questionIds: [questionId] };
    const runId = catalog.runs.begin({ kind, description: { kind: 'named', name: 'Run' }, identity });
    const give = {
      caption: () => catalog.captions.add(photoId, runId, { text: 'a ship', source: 'model' }),
      ask: () => catalog.answers.add(photoId, questionId, runId, { text: 'a ship', source: 'model' }),
      score: () =>
        catalog.scores.add(photoId, runId, {
          captionId,
          text: 'a boat',
          itm: 0.9,
          itc: 0.5,
          doubtful: false,
          photoRevision: 1,
        }),
    };
    give[kind]();
    catalog.runs.setState(runId, 'done');
    expect((await fill(test, [photoId], work)).added).toBe(0);
    await catalog.undo.revert(runId);
    expect((await fill(test, [photoId], work)).added).toBe(1);
  });

  it.for(['caption', 'ask', 'embed'] as const)(
    'is due again when the photo is another one: %s',
    async (kind, { test }) => {
      const { catalog } = test;
      const [photoId = 0] = addPhotos(test, 1);
      const questionId = catalog.answers.questionId('what?');
      const work = { terms: { ...terms, kind, embeddingKey: 'demo' }, questionIds: [questionId] };
      const runId = catalog.runs.begin({ kind, description: { kind: 'named', name: 'Run' }, identity });
      if (kind === 'embed') new EmbeddingStore(catalog.connection).put('demo', [vectorOf(photoId)]);
      else if (kind === 'caption') catalog.captions.add(photoId, runId, { text: 'a ship', source: 'model' });
      else catalog.answers.add(photoId, questionId, runId, { text: 'a ship', source: 'model' });
      catalog.runs.setState(runId, 'done');
      expect((await fill(test, [photoId], work)).added).toBe(0);
      test.editPhoto(photoId);
      expect((await fill(test, [photoId], work)).added).toBe(1);
    },
  );
});

it('a caption is due to be scored as long as it has no score, whichever others have one', async ({ test }) => {
  const { catalog } = test;
  const [photoId = 0] = addPhotos(test, 1);
  const work = { terms: { ...terms, kind: 'score' as const } };
  const runId = catalog.runs.begin({ kind: 'score', description: { kind: 'named', name: 'Run' }, identity });
  const captionId = catalog.captions.write(photoId, 'a boat');
  const score = { text: 'a boat', itm: 0.9, itc: 0.5, doubtful: false, photoRevision: 1 };
  catalog.scores.add(photoId, runId, { captionId, ...score });
  catalog.runs.setState(runId, 'done');
  expect((await fill(test, [photoId], work)).added).toBe(0);
  catalog.captions.write(photoId, 'a ship');
  expect((await fill(test, [photoId], work)).added).toBe(1);
});

describe('jobs that were put off', () => {
  it('say when they are due, all others say nothing; those that failed are not waited for', async () => {
    await using test = await testCatalog(() => 1000);
    const { jobs } = test.catalog;
    const { runId } = await fill(test, addPhotos(test, 3));
    expect(jobs.nextDueMs()).toBeUndefined();
    const problem = { code: 'MODEL_HOST_CRASHED', message: 'It ended.' };
    const first = nextJob(test, runId).asked;
    jobs.reschedule(first.id, 3000, problem);
    const second = nextJob(test, runId).asked;
    expect(second.id).not.toBe(first.id);
    jobs.reschedule(second.id, 1000, problem);
    jobs.fail(nextJob(test, runId).asked.id, problem);
    expect(jobs.nextDueMs()).toBe(1000);
    expect(jobs.releaseDue()).toBe(true);
    expect(nextJob(test, runId).asked.id).toBe(second.id);
    expect(jobs.nextDueMs()).toBe(3000);
    expect(jobs.releaseDue()).toBe(false);
  });
});

it('what the person looks at goes first, unless it is at a model already, was put off or has failed', async ({
  test,
}) => {
  const { jobs, connection } = test.catalog;
  const [first = 0, second = 0, third = 0] = addPhotos(test, 3);
  const { runId } = await fill(test, [first, second, third]);
  const due = new DueJobs(connection);
  const head = (exclude: number[] = []) => due.head([runId], { exclude, visiblePhotoIds: [third, second] });
  expect(head()).toEqual({ photoId: third, runId, isVisible: true });
  expect(head([third])).toEqual({ photoId: second, runId, isVisible: true });
  const jobOf = (photoId: number) =>
    connection.prepare<[number], number>('SELECT id FROM job WHERE photo_id = ?').pluck().get(photoId) ?? 0;
  jobs.reschedule(jobOf(third), 9_000_000_000_000, { code: 'OUT_OF_MEMORY', message: 'No room.' });
  expect(head()).toEqual({ photoId: second, runId, isVisible: true });
  jobs.fail(jobOf(second), { code: 'IMAGE_CORRUPT', message: 'Damaged.' });
  expect(head()).toEqual({ photoId: first, runId, isVisible: false });
  expect(head([first])).toBeUndefined();
});

describe('a run', () => {
  const problem = { code: 'IMAGE_CORRUPT', message: 'Damaged.' };

  it('says of what failed, in quarantine or for now what its error says, until it is tried again', async ({ test }) => {
    const { jobs, orderedRuns, connection } = test.catalog;
    const { runId } = await fill(test, addPhotos(test, 3));
    const facts = { details: { width: 9 }, retry: 'never' as const, blames: 'photo' as const };
    const [failed, quarantined, later] = [1, 2, 3].map((count) => {
      const { asked } = nextJob(test, runId);
      if (count === 1) jobs.fail(asked.id, { ...problem, ...facts });
      else if (count === 2) jobs.quarantine(asked.id, { ...problem, ...facts });
      else jobs.reschedule(asked.id, 9_000_000_000_000, { ...problem, ...facts });
      return asked;
    });
    expect(jobs.failures()).toMatchObject([
      { id: failed?.id, ...problem, ...facts },
      { id: quarantined?.id, ...problem, ...facts },
    ]);
    expect(orderedRuns.jobOf({ photoId: failed?.photoId ?? 0 }, runId)).toEqual({ ...problem, ...facts });
    // Of another content, it may go well.
    connection.prepare('UPDATE photo SET revision = revision + 1 WHERE id = ?').run(failed?.photoId);
    expect(jobs.failures().map(({ retry }) => retry)).toEqual(['later', 'never']);
    expect(jobs.retry(runId)).toBe(2);
    const left = connection.prepare('SELECT id, error_code, error_facts, error_revision FROM job ORDER BY id').all();
    const none = { error_code: null, error_facts: null, error_revision: null };
    expect(left).toEqual([
      { id: failed?.id, ...none },
      { id: quarantined?.id, ...none },
      { id: later?.id, error_code: problem.code, error_facts: JSON.stringify(facts), error_revision: 1 },
    ]);
  });

  it('tries again what has failed or is in quarantine, of some photos or for some reasons, and nothing else', async ({
    test,
  }) => {
    const { jobs, runs } = test.catalog;
    const { runId } = await fill(test, addPhotos(test, 4));
    const later = nextJob(test, runId).asked;
    jobs.reschedule(later.id, 9_000_000_000_000, problem);
    const failed = nextJob(test, runId).asked;
    jobs.fail(failed.id, problem);
    jobs.quarantine(nextJob(test, runId).asked.id, { ...problem, code: 'MODEL_HOST_CRASHED' });
    expect(runs.get(runId).failed).toBe(2);
    expect(jobs.retry(runId, { photoIds: [later.photoId] })).toBe(0);
    expect(jobs.retry(runId, { codes: ['IMAGE_CORRUPT'] })).toBe(1);
    expect(runs.get(runId).failed).toBe(1);
    expect(jobs.retry(runId)).toBe(1);
    expect(runs.get(runId)).toMatchObject({ failed: 0, state: 'running' });
    expect(jobs.nextDueMs()).toBe(9_000_000_000_000);
    expect(jobs.retry(runId)).toBe(0);
  });

  it('that is undone while photos wait leaves no jobs', async ({ test }) => {
    const { catalog } = test;
    const { runId } = await fill(test, addPhotos(test, 2));
    await catalog.undo.revert(runId);
    expect(catalog.runs.get(runId).state).toBe('cancelled');
    expect(checkQueue(catalog.connection)).toEqual([]);
    expect(catalog.jobs.counts(runId).waiting).toBe(0);
  });

  it('waits for a drive only when nothing else of it is left', async ({ test }) => {
    const due = new DueJobs(test.catalog.connection);
    const { runId } = await fill(test, addPhotos(test, 2));
    expect(due.isOffline(runId)).toBe(false);
    due.deferOffline(nextJob(test, runId).asked.id, '/photos');
    expect(due.isOffline(runId)).toBe(false);
    due.deferOffline(nextJob(test, runId).asked.id, '/photos');
    expect(due.isOffline(runId)).toBe(true);
  });
});

describe('settling a job', () => {
  it('stores the result and deletes the job together, or does neither', async ({ test }) => {
    const { catalog } = test;
    const { runId } = await fill(test, addPhotos(test, 1));
    const { asked, photo } = nextJob(test, runId);
    const store = () => void catalog.captions.add(photo.id, runId, { text: 'a boat', source: 'model' });
    const failing = () => {
      store();
      throw new Error('no room');
    };
    expect(() => catalog.jobs.complete(asked, failing)).toThrow('no room');
    expect(catalog.captions.of(photo.id)).toEqual([]);
    expect(catalog.jobs.counts(runId).waiting).toBe(1);
    expect(catalog.jobs.complete(asked, store)).toBe('stored');
    expect(catalog.jobs.complete(asked, store)).toBe('gone');
    expect(catalog.captions.of(photo.id)).toHaveLength(1);
    expect(catalog.runs.get(runId).done).toBe(1);
  });

  it('drops a result about another content, on other terms, or of a run that was cancelled', async ({ test }) => {
    const { catalog } = test;
    const { runId } = await fill(test, addPhotos(test, 1));
    const { asked, photo } = nextJob(test, runId);
    const store = () => void catalog.captions.add(photo.id, runId, { text: 'a boat', source: 'model' });
    const otherHash = runIdentityHash(identityWith('writer', 'another prompt'));
    expect(catalog.jobs.complete({ ...asked, identityHash: otherHash }, store)).toBe('outdated');
    test.editPhoto(photo.id);
    expect(catalog.jobs.complete(asked, store)).toBe('outdated');
    expect(catalog.jobs.counts(runId).waiting).toBe(1);
    catalog.runs.setState(runId, 'cancelled');
    expect(catalog.jobs.complete(nextJob(test, runId).asked, store)).toBe('gone');
    expect(catalog.captions.of(photo.id)).toEqual([]);
  });

  it('never takes the answer to a cancelled job for that of a newer one', async ({ test }) => {
    const { catalog } = test;
    const ids = addPhotos(test, 1);
    const { runId } = await fill(test, ids);
    const { asked } = nextJob(test, runId);
    catalog.jobs.discardSome(runId);
    await fill(test, ids, { run: { id: runId, begin: () => 0 } });
    expect(catalog.jobs.jobStatus(asked)).toBe('gone');
  });
});

describe('checking the queue', () => {
  it('finds figures that are wrong, and puts them right', async ({ test }) => {
    const { catalog } = test;
    const { runId } = await fill(test, addPhotos(test, 3));
    catalog.jobs.fail(nextJob(test, runId).asked.id, { code: 'IMAGE_CORRUPT', message: 'Damaged.' });
    catalog.jobs.quarantine(nextJob(test, runId).asked.id, { code: 'MODEL_HOST_CRASHED', message: 'It ended.' });
    expect(checkQueue(catalog.connection)).toEqual([]);
    catalog.connection.prepare('UPDATE run SET failed = 0, total = 100').run();
    expect(repairQueue(catalog.connection).map(({ code }) => code)).toEqual(['RUN_COUNTS']);
    expect(checkQueue(catalog.connection)).toEqual([]);
    expect(catalog.runs.get(runId)).toMatchObject({ total: 3, failed: 2, done: 0 });
  });

  it('has nothing to say about photos that left the catalog with their jobs', async ({ test }) => {
    const { catalog } = test;
    const { runId } = await fill(test, addPhotos(test, 3));
    const { asked } = nextJob(test, runId);
    catalog.jobs.fail(asked.id, { code: 'IMAGE_CORRUPT', message: 'Damaged.' });
    catalog.connection.prepare('DELETE FROM photo WHERE id IN (?, ?)').run(asked.photoId, asked.photoId + 1);
    expect(catalog.runs.get(runId)).toMatchObject({ total: 1, failed: 0 });
    expect(checkQueue(catalog.connection)).toEqual([]);
  });

  it('finds a photo that one run captioned twice', async ({ test }) => {
    const { catalog } = test;
    const [id = 0] = addPhotos(test, 1);
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Run' }, identity });
    for (const text of ['a boat', 'a ship']) catalog.captions.add(id, runId, { text, source: 'model' });
    expect(checkQueue(catalog.connection)).toMatchObject([
      { code: 'RUN_WITHOUT_JOBS' },
      { code: 'RESULT_TWICE', runId },
    ]);
  });

  it('does not find a caption twice that was removed and made anew', async ({ test }) => {
    const { catalog } = test;
    const [id = 0] = addPhotos(test, 1);
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Run' }, identity });
    const first = catalog.captions.add(id, runId, { text: 'a boat', source: 'model' });
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Remove' } }, (edit) =>
      catalog.captions.remove(first, edit),
    );
    catalog.captions.add(id, runId, { text: 'a ship', source: 'model' });
    catalog.runs.setState(runId, 'done');
    expect(checkQueue(catalog.connection)).toEqual([]);
  });

  it('finds a question that one run answered twice, and not one that was answered anew after an undo', async ({
    test,
  }) => {
    const { catalog } = test;
    const [id = 0] = addPhotos(test, 1);
    const questionId = catalog.answers.questionId('what?');
    const runId = catalog.runs.begin({ kind: 'ask', description: { kind: 'named', name: 'Run' }, identity });
    const first = catalog.answers.add(id, questionId, runId, { text: 'a boat', source: 'model' });
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Remove' } }, (edit) =>
      catalog.answers.remove(first, edit),
    );
    catalog.answers.add(id, questionId, runId, { text: 'a ship', source: 'model' });
    catalog.runs.setState(runId, 'done');
    expect(checkQueue(catalog.connection)).toEqual([]);
    catalog.answers.add(id, questionId, runId, { text: 'a raft', source: 'model' });
    expect(checkQueue(catalog.connection)).toMatchObject([{ code: 'RESULT_TWICE', runId }]);
  });

  it('takes away jobs that do not say what is to be asked, and reopens a run that still owes something', async ({
    test,
  }) => {
    const { catalog } = test;
    const [first = 0, second = 0] = addPhotos(test, 2);
    const { runId } = await fill(test, [first, second]);
    const questionId = catalog.answers.questionId('what?');
    catalog.connection.prepare('UPDATE job SET question_id = ? WHERE photo_id = ?').run(questionId, first);
    catalog.runs.setState(runId, 'done');
    expect(repairQueue(catalog.connection).map(({ code }) => code)).toEqual([
      ...['JOBS_OF_CLOSED_RUN', 'JOB_WITHOUT_QUESTION'],
    ]);
    expect(catalog.runs.get(runId)).toMatchObject({ state: 'running', total: 1 });
    expect(nextJob(test, runId).photo.id).toBe(second);
  });
});
