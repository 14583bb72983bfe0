/** @file How `npm test` counts, so that nothing that failed is counted as passed. */
import { describe, expect, it } from 'vitest';
import { countReport, preparation, together } from '../../../scripts/testSteps.ts';

const file = (status: string, ...tests: [status: string, fullName: string][]) => ({
  status,
  assertionResults: tests.map(([testStatus, fullName]) => ({ status: testStatus, fullName })),
});

describe('a report of a suite', () => {
  it('counts what passed, failed and was skipped, and keeps the titles of what was skipped', () => {
    const report = {
      testResults: [
        file('failed', ['passed', 'a'], ['failed', 'b'], ['skipped', 'c (no GPU)']),
        file('passed', ['passed', 'd'], ['pending', 'e'], ['todo', 'f']),
      ],
    };
    expect(countReport(report, 1, 'text')).toEqual({
      passed: 2,
      failed: 1,
      skipped: ['c (no GPU)', 'e', 'f'],
      output: 'text',
    });
  });

  it('counts a file that could not be run as a failure', () => {
    expect(countReport({ testResults: [file('failed'), file('passed', ['passed', 'a'])] }, 1, '').failed).toBe(1);
  });

  it('counts a bad end as a failure where every test passed', () => {
    expect(countReport({ testResults: [file('passed', ['passed', 'a'])] }, 1, '').failed).toBe(1);
    expect(countReport({ testResults: [file('passed', ['passed', 'a'])] }, 0, '').failed).toBe(0);
  });

  it.each([null, {}, { testResults: 'x' }])('counts a missing or foreign report as a failure', (report) => {
    expect(countReport(report, 0, '')).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('a preparation', () => {
  it('is no test, but fails the run when it fails', async () => {
    expect(await preparation('x', async () => undefined).run()).toMatchObject({ passed: 0, failed: 0 });
    const failed = await preparation('x', () => Promise.reject(new Error('No Chromium was found.'))).run();
    expect(failed.failed).toBe(1);
    expect(failed.output).toContain('No Chromium was found.');
  });
});

describe('checks that run together', () => {
  it('are named and counted together, and say only what failed', async () => {
    const step = (name: string, failed: number) => ({
      name,
      run: async () => ({ passed: 1 - failed, failed, skipped: [], output: `${name} says` }),
    });
    const both = together(step('a', 0), step('b', 1));
    expect(both.name).toBe('a; b');
    expect(await both.run()).toEqual({ passed: 1, failed: 1, skipped: [], output: 'b says' });
  });
});
