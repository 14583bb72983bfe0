/** @file The order of the test files: those that take long first, so that none of them is left to one core at the end. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** More than ten seconds each on a quiet machine, the longest first; most are short files, which would come last. */
const slowFiles = [
  'test/parity/webgpu.test.ts',
  'test/parity/precisions.test.ts',
  'test/packages/packages.test.ts',
  'test/parity/outliers.test.ts',
  'test/e2e/cli/library.test.ts',
  'test/e2e/cli/caption.test.ts',
  'test/e2e/cli/capFilt.test.ts',
  'test/library/kill/kill.test.ts',
  'test/parity/float16.test.ts',
  'test/parity/batches.test.ts',
  'test/parity/demoPhotos.test.ts',
  'test/library/images/fuzz.test.ts',
  'test/electron/pages/packed.test.ts',
];
const root = path.join(import.meta.dirname, '../..');
for (const file of slowFiles) if (!existsSync(path.join(root, file))) throw new Error(`${file} is listed, but gone.`);

/** The others as Vitest orders them: by what they took the last time, or by their size. */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

/** Beyond the list for all others, which thereby stay as they are. */
function rankOf({ moduleId }: TestSpecification): number {
  const index = slowFiles.indexOf(path.relative(root, moduleId).replaceAll(path.sep, '/'));
  return index < 0 ? slowFiles.length : index;
}
