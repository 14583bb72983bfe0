/** @file What is kept of an error: all that its sentence needs, never more than can be shown, and read back from whatever stands in the column. */
import { describe, expect } from 'vitest';
import { jobRunKinds } from '../../../main/library/catalog/jobs/jobs.ts';
import { libraryStatus } from '../../../main/library/catalog/libraryStatus.ts';
import { photoCards } from '../../../main/library/catalog/photos/cards.ts';
import {
  factsOf,
  factsText,
  keptProblemSchema,
  problemError,
  problemOf,
  storedProblem,
} from '../../../main/library/catalog/problems.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { problemSchema } from '../../../schemas/problem.ts';
import { it } from '../../support/fixtures.ts';
import type { TestCatalog } from '../../support/testCatalog.ts';

function withDetails(details: Record<string, unknown>) {
  return problemOf(new VignetteError('SOME_CODE', 'It failed.', { details }));
}

describe('what is kept of an error', () => {
  it('is its code, its sentence, its values, and what decides about it', () => {
    const details = {
      path: '/a.jpg',
      sizes: [1, 2],
      last: { code: 'X', details: { deep: { deeper: 1 } } },
      none: null,
    };
    const error = new ImageError('IMAGE_TOO_LARGE', 'Too large.', { details });
    const kept = { code: 'IMAGE_TOO_LARGE', message: 'Too large.', details, retry: 'never', blames: 'photo' };
    expect(problemOf(error)).toEqual(kept);
    expect(problemOf('thrown')).toMatchObject({ code: 'INTERNAL', message: 'thrown', details: {}, retry: 'later' });
  });

  it('is thrown again with all of it', () => {
    const kept = problemOf(new ImageError('IMAGE_TOO_LARGE', 'Too large.', { details: { width: 7 } }));
    expect(problemOf(problemError(kept))).toEqual(kept);
    expect(problemOf(problemError({ code: 'OLD', message: 'Old.' }))).toMatchObject({ code: 'OLD', details: {} });
  });

  it('is a few kilobytes at most, whatever another program or a name of a file says', () => {
    const long = 'x'.repeat(1_000_000);
    const nested = (depth: number): unknown => (depth === 0 ? long : [nested(depth - 1), nested(depth - 1)]);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key ${index}`, {}]));
    for (const details of [{ long }, { nested: nested(12) }, many, { list: Array(1_000_000).fill([]) }, { [long]: 1 }])
      expect(JSON.stringify(withDetails(details)).length).toBeLessThan(10_000);
    expect(withDetails({ path: long }).details.path).toHaveLength(1000);
    expect(problemOf(new Error(long)).message).toHaveLength(2000);
  });

  it('is what JSON has, and no half of a character', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const odd = { big: 1n, none: undefined, infinite: Infinity, at: new Date(0), bytes: Buffer.from('a'), f: () => 1 };
    const kept = withDetails({ ...odd, circle, text: `${'x'.repeat(998)}😀😀`, half: '\ud83d' }).details;
    expect(kept).toMatchObject({ text: `${'x'.repeat(998)}…`, half: '\ufffd' });
    expect(Object.keys(kept)).toEqual(['circle', 'text', 'half']);
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
    expect(withDetails(JSON.parse('{"__proto__": {"polluted": true}}')).details).not.toHaveProperty('polluted');
  });
});

/** As another program, or a hand, may have left them. */
const strange = [
  ...['null', '7', '"text"', '[]', '{}', '{"details":[1]}', '{"details":"x","retry":"maybe","blames":{}}'],
  ...['{"retry":"never","details":{"path":{"a":[[[[[[1]]]]]]}}}', JSON.stringify({ details: { x: 'y'.repeat(1e6) } })],
];

describe('what is read back', () => {
  it('is what was kept', () => {
    const { code, message, ...facts } = withDetails({ path: '/a.jpg', bytes: 7 });
    expect(storedProblem(code, message, JSON.stringify(facts))).toEqual({ code, message, ...facts });
    expect(keptProblemSchema.parse({ code, message, ...facts })).toEqual({ code, message, ...facts });
    expect(keptProblemSchema.parse({ code, message })).toEqual({ code, message });
  });

  it.for([...strange, '{', '', null])('is sound, whatever stands there: %.40s', (facts) => {
    const problem = storedProblem(null, null, facts);
    expect(problem).toMatchObject({ code: 'INTERNAL', message: '' });
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(JSON.stringify(problem).length).toBeLessThan(10_000);
  });

  it('of a photo does not name its place, which is its row’s to know', () => {
    const problem = withDetails({
      path: '/home/me/a.jpg',
      image: '/a',
      images: ['/a'],
      exifTool: '/a',
      format: 'HEIC',
    });
    const { details, retry, blames } = problem;
    expect(factsText(problem)).toBe(JSON.stringify({ details: { format: 'HEIC' }, retry, blames }));
    expect(details).toMatchObject({ path: '/home/me/a.jpg' });
  });

  it('keeps what is sound of it', () => {
    expect(factsOf('{"details":[1],"retry":"never","blames":"photo"}')).toEqual({ retry: 'never', blames: 'photo' });
    expect(factsOf('{"details":{"a":1},"retry":7}')).toEqual({ details: { a: 1 } });
  });

  it.for(strange)('shows pages of photos and failures whose columns hold %.40s', (facts, { test }) => {
    const photoId = failedPhoto(test, facts);
    const { connection, jobs, photos, orderedRuns } = test.catalog;
    expect(photoCards(connection, [photoId])[0]?.problem).toMatchObject({ code: 'IMAGE_EMPTY', message: 'Empty.' });
    expect(photos.get(photoId).problem).toMatchObject({ code: 'IMAGE_EMPTY', message: 'Empty.' });
    const [failure] = jobs.failures();
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY', message: 'No room.' });
    expect(orderedRuns.jobOf({ photoId }, failure?.runId ?? 0)).toMatchObject({ code: 'OUT_OF_MEMORY' });
    const { unreadable, failedJobs } = libraryStatus(connection);
    expect([unreadable, failedJobs]).toMatchObject([[{ code: 'IMAGE_EMPTY' }], [{ code: 'OUT_OF_MEMORY' }]]);
  });
});

function failedPhoto({ catalog, addPhoto }: TestCatalog, facts: string): number {
  return catalog.connection.write(() => {
    const photoId = addPhoto('a.jpg');
    const runId = catalog.runs.begin({ kind: jobRunKinds[0], description: { kind: 'named', name: 'Run' } });
    catalog.connection
      .prepare(
        `UPDATE photo SET details_revision = revision, problem_code = 'IMAGE_EMPTY', problem_message = 'Empty.',
           problem_facts = ? WHERE id = ?`,
      )
      .run(facts, photoId);
    catalog.connection
      .prepare(
        `INSERT INTO job (run_id, photo_id, state, error_code, error_message, error_facts, created_at_ms)
         VALUES (?, ?, 'failed', 'OUT_OF_MEMORY', 'No room.', ?, 0)`,
      )
      .run(runId, photoId, facts);
    return photoId;
  });
}
