/** @file How much a picture process may take, by what the machine has. */
import { expect, it } from 'vitest';
import { defaultLimits } from '../../../main/library/images/process/pictureProcesses.ts';

it.each([
  [2e9, 1.2e9, 1.5e9],
  [1e9, 0.75e9, 0.75e9],
])('a machine of %d bytes lends a process %d, and one alone %d', (machineBytes, ordinary, roomy) => {
  const { limits, roomyLimits } = defaultLimits(machineBytes);
  expect([limits.residentBytes, roomyLimits.residentBytes]).toEqual([ordinary, roomy]);
  for (const { decodeBytes, residentBytes } of [limits, roomyLimits]) expect(decodeBytes).toBeLessThan(residentBytes);
});
