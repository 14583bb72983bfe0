/** @file Every job that docs/keyboard.md counts the keys of is done by a test in a browser. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const folder = 'test/e2e/serve';

it('the jobs of docs/keyboard.md are walked', () => {
  const jobs = [...readFileSync('docs/keyboard.md', 'utf8').matchAll(/^\| ([^|]+) \| \d+ \|/gm)].map(([, job]) => job);
  expect(jobs.length).toBeGreaterThanOrEqual(10);
  const tests = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  for (const job of jobs)
    expect(
      tests.some((test) => test.includes(`'${job}'`)),
      job,
    ).toBe(true);
});
