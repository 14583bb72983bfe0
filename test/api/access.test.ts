/** @file What keeps strangers out of the server: the secret of its address, and how many addresses let somebody in. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { Access, serverKey } from '../../main/server/access.ts';
import { it } from '../support/fixtures.ts';

it.for([0, 31, 33])('a key of %i bytes is replaced by a whole one, which then stays', async (sizeBytes, { folder }) => {
  const file = path.join(folder.path, 'serve.key');
  await writeFile(file, Buffer.alloc(sizeBytes));
  const key = await serverKey(folder.path);
  expect(key.byteLength).toBe(32);
  expect(new Set(key).size).toBeGreaterThan(2);
  expect(await readFile(file)).toEqual(Buffer.from(key));
  expect(await serverKey(folder.path)).toEqual(key);
});

it('of addresses that nobody used, the latest 32 let somebody in, each once', () => {
  const access = new Access({ boundHost: '127.0.0.1', port: 1, key: Buffer.alloc(32), allowedHosts: [] });
  const tokens = Array.from({ length: 34 }, () => access.newToken());
  expect(tokens.map((token) => access.acceptToken(token))).toEqual(tokens.map((_, i) => i >= 2));
  expect(tokens.some((token) => access.acceptToken(token))).toBe(false);
});
