/** @file Where the environment says that the hub and its cache are, and which bytes of a file are missing. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { mergedRanges, missingRanges, rangeBytes } from '../../../native-models/hub/byteRanges.ts';
import { environmentToken, hubSettings } from '../../../native-models/hub/hubSettings.ts';
import { parseRetryAfter } from '../../../native-models/hub/retries.ts';
import { it } from '../../support/fixtures.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';

const home = path.resolve('/home/mia');

describe('the environment', () => {
  it.each([
    [{}, '.cache/huggingface/hub'],
    [{ XDG_CACHE_HOME: path.join(home, 'xdg') }, 'xdg/huggingface/hub'],
    [{ HF_HOME: '~/hf', XDG_CACHE_HOME: '/xdg' }, 'hf/hub'],
    [{ HF_HOME: '~/hf', HF_HUB_CACHE: '~/cache' }, 'cache'],
    [{ HF_HUB_CACHE: ' ', HUGGINGFACE_HUB_CACHE: '~/older' }, 'older'],
  ])('%j puts the cache into %s', (env, folder) => {
    expect(path.relative(home, hubSettings(env, home).cacheFolder).replaceAll(path.sep, '/')).toBe(folder);
  });

  it('names a mirror, and switches the hub off', () => {
    const settings = hubSettings({ HF_ENDPOINT: 'https://mirror.example/hub/', HF_HUB_OFFLINE: 'true' }, home);
    expect(settings).toMatchObject({ endpoint: 'https://mirror.example/hub', isOffline: true });
    expect(hubSettings({ HF_HUB_OFFLINE: '0' }, home)).toMatchObject({
      endpoint: 'https://huggingface.co',
      isOffline: false,
    });
    for (const HF_ENDPOINT of ['mirror', 'file:///etc', 'https://user@mirror.example', 'https://mirror.example?x']) {
      expect(() => hubSettings({ HF_ENDPOINT }, home)).toThrow(
        expect.objectContaining({ code: 'HUB_SETTING_INVALID' }),
      );
    }
  });

  it('gives a token, before the file that keeps one', async ({ folder }) => {
    const settings = hubSettings({ HF_HOME: folder.path }, home);
    expect(await environmentToken({}, settings)).toBeUndefined();
    await writeFile(path.join(folder.path, 'token'), 'hf_kept\n');
    expect(await environmentToken({}, settings)).toBe('hf_kept');
    expect(await environmentToken({ HF_TOKEN: 'hf_given' }, settings)).toBe('hf_given');
  });
});

describe('ranges', () => {
  it('that are there and ranges that are missing make up the file, whatever the order and overlap', () => {
    const random = randomNumbers(3);
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 300; round += 1) {
      const sizeBytes = below(60);
      const there = new Set<number>();
      const ranges = Array.from({ length: below(8) }, () => {
        const from = below(60);
        return { from, to: from + below(12) };
      });
      for (const { from, to } of ranges) {
        if (to <= sizeBytes) for (let at = from; at < to; at += 1) there.add(at);
      }
      const merged = mergedRanges(ranges, sizeBytes);
      const missing = missingRanges(merged, sizeBytes, 7);
      const bytesOf = (list: typeof merged) =>
        list.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
      expect(bytesOf(merged)).toEqual([...there].sort((a, b) => a - b));
      expect(bytesOf([...merged, ...missing]).sort((a, b) => a - b)).toEqual(
        Array.from({ length: sizeBytes }, (_, i) => i),
      );
      expect(missing.every((range) => rangeBytes([range]) > 0 && rangeBytes([range]) <= 7)).toBe(true);
    }
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 59_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%s is %s ms', (header, delayMs) => expect(parseRetryAfter(header, 1000)).toBe(delayMs));
});
