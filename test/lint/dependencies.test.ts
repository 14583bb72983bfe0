/** @file What `npm ci` brings is known to the byte, and none of it runs while it is installed. */
import { execSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as z from 'zod';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

it('the lockfile has a hash of every package, the Node of each platform included', async () => {
  const { packages } = lockSchema.parse(JSON.parse(await readFile('package-lock.json', 'utf8')));
  const installed = Object.entries(packages).filter(([path]) => path !== '');
  expect(installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
  const node = installed.filter(([path]) => /^node_modules\/node-(?:darwin|linux|win)-/.test(path));
  expect(node.map(([, { version }]) => version?.split('.')[0])).toEqual(['24', '24', '24', '24']);
  // This package fetches Node by a script of its own, past the lock.
  expect(packages['node_modules/node']).toBeUndefined();
});

it('the lockfile lets no package run a script while it is installed', () => {
  expect(execSync('npm config get ignore-scripts', { encoding: 'utf8' }).trim()).toBe('true');
});
