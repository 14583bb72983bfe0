/** @file Whether `npm test` leaves the checkout as it found it: no suite leaves files there, or changes any. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Step } from './testSteps.ts';

const run = promisify(execFile);

/** What git says of every file that is not as committed, such as `?? left.txt`; a reason where git cannot be asked. */
export type CheckoutState = { readonly entries: ReadonlySet<string> } | { readonly unknown: string };

export async function checkoutState(folder: string): Promise<CheckoutState> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all'];
  try {
    const { stdout } = await run('git', args, {
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { entries: new Set(stdout.split('\0').filter((entry) => entry !== '')) };
  } catch (error) {
    return { unknown: error instanceof Error ? error.message.trim() : String(error) };
  }
}

/** To be made before the first suite runs, and run after the last. */
export async function unchangedCheckout(folder: string): Promise<Step> {
  const name = 'Checkout as it was';
  const before = await checkoutState(folder);
  return {
    name,
    run: async () => {
      const after = await checkoutState(folder);
      const nothing = { passed: 0, failed: 0, skipped: [], output: '' };
      const unknown = [before, after].find((state) => 'unknown' in state);
      if (unknown !== undefined) return { ...nothing, skipped: [`${name} (${unknown.unknown})`] };
      const [earlier, later] = [entriesOf(before), entriesOf(after)];
      const changes = [...earlier.symmetricDifference(later)].sort();
      if (changes.length === 0) return { ...nothing, passed: 1 };
      return { ...nothing, failed: 1, output: `Changed while the tests ran:\n${changes.join('\n')}` };
    },
  };
}

function entriesOf(state: CheckoutState): ReadonlySet<string> {
  return 'entries' in state ? state.entries : new Set();
}
