/** @file The single steps of `npm test`: the checks that pass or fail as a whole, and the test suites that are counted one by one. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '..');

export interface StepResult {
  readonly passed: number;
  readonly failed: number;
  /** Titles of what was skipped; each says why. */
  readonly skipped: readonly string[];
  /** Shown when something failed. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

export function runCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => done({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** Runs a package's own script on this Node, whatever the path and the shell. */
function runPackage(script: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  return runCommand(process.execPath, [join(root, 'node_modules', script), ...args], env);
}

/** A check that counts as one test. */
export function check(name: string, script: string, args: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runPackage(script, args);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output };
    },
  };
}

/** Steps that do not need each other, side by side. */
export function together(...steps: readonly Step[]): Step {
  return {
    name: steps.map(({ name }) => name).join('; '),
    run: async () => {
      const results = await Promise.all(steps.map((step) => step.run()));
      return {
        passed: results.reduce((sum, { passed }) => sum + passed, 0),
        failed: results.reduce((sum, { failed }) => sum + failed, 0),
        skipped: results.flatMap(({ skipped }) => skipped),
        output: results.flatMap(({ failed, output }) => (failed > 0 ? [output.trimEnd()] : [])).join('\n'),
      };
    },
  };
}

/** Something that the tests need. It is no test, but where it fails, that is a failure. */
export function preparation(name: string, prepare: () => Promise<unknown>): Step {
  return {
    name,
    run: async () => {
      try {
        await prepare();
        return { passed: 0, failed: 0, skipped: [], output: '' };
      } catch (error) {
        return {
          passed: 0,
          failed: 1,
          skipped: [],
          output: error instanceof Error ? (error.stack ?? error.message) : String(error),
        };
      }
    },
  };
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** Counts the tests of a vitest report. A file that could not be run, and a run that ended badly, count as failures. */
export function countReport(report: unknown, exitCode: number, output: string): StepResult {
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) return { passed: 0, failed: 1, skipped: [], output };
  const files = parsed.data.testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const failedTests = tests.filter((test) => test.status === 'failed').length;
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = failedTests + brokenFiles;
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => test.fullName.trim()),
    output,
  };
}

export function suite(name: string, project: string, env?: NodeJS.ProcessEnv): Step {
  return {
    name,
    run: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vignette-report-'));
      const reportFile = join(folder, 'report.json');
      try {
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
        const { code, output } = await runPackage(
          'vitest/vitest.mjs',
          ['run', '--project', project, ...reporters],
          env,
        );
        const report: unknown = JSON.parse(await readFile(reportFile, 'utf8').catch(() => 'null'));
        return countReport(report, code, output);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
