import { expect, it } from 'vitest';
import { platformProblem } from '../../../scripts/platform.ts';

it('platformProblem says of an Intel Mac, and of a Node for one, that no model would run', () => {
  expect(platformProblem('darwin', 'x64')).toContain('Intel Macs');
  for (const [platform, arch] of [
    ['darwin', 'arm64'],
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
  ] as const)
    expect(platformProblem(platform, arch)).toBeUndefined();
});
