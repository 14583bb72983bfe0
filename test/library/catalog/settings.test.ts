/** @file Settings and the memory of written files. */
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { testCatalog } from '../../support/testCatalog.ts';

describe('a setting', () => {
  it('has its default until it is set, and is read by another process', async () => {
    await using opened = await testCatalog();
    const { settings } = opened.catalog;
    expect(settings.get('graceDays')).toBe(30);
    expect(settings.get('quietHours')).toBeNull();
    settings.set('graceDays', 7);
    settings.set('quietHours', { from: '22:00', to: '07:00' });
    await using reader = Catalog.openToRead(opened.folder, { startReader: startReaderThread });
    expect(reader.settings.get('graceDays')).toBe(7);
    expect(reader.settings.get('quietHours')).toEqual({ from: '22:00', to: '07:00' });
  });

  it.each([
    ['graceDays', 0],
    ['graceDays', 1.5],
    ['quietHours', { from: '25:00', to: '07:00' }],
    ['photosAtOnce', 0],
  ] as const)('%s cannot be %j', async (key, value) => {
    await using opened = await testCatalog();
    const { settings } = opened.catalog;
    const before = settings.get(key);
    expect(() => settings.set(key, value)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
    expect(settings.get(key)).toEqual(before);
  });

  it('has its default where another version wrote something that it cannot be', async () => {
    await using opened = await testCatalog();
    const { connection, settings } = opened.catalog;
    connection.prepare(`INSERT INTO setting (key, value) VALUES ('photosAtOnce', '"all of them"')`).run();
    expect(settings.get('photosAtOnce')).toBeNull();
  });
});

describe('the memory of written files', () => {
  const hash = (digit: number) => String(digit % 10).repeat(64);

  it('knows the bytes that were written to a file, and no others', async () => {
    await using opened = await testCatalog();
    const { writtenFiles } = opened.catalog;
    writtenFiles.add('/a.json', hash(1));
    expect(writtenFiles.wrote('/a.json', hash(1))).toBe(true);
    expect(writtenFiles.wrote('/a.json', hash(2))).toBe(false);
    expect(writtenFiles.wrote('/b.json', hash(1))).toBe(false);
  });

  it('keeps the last few of each file', async () => {
    let nowMs = 0;
    await using opened = await testCatalog(() => (nowMs += 1000));
    const { writtenFiles } = opened.catalog;
    for (let digit = 0; digit < 10; digit += 1) writtenFiles.add('/a.json', hash(digit));
    expect(writtenFiles.wrote('/a.json', hash(9))).toBe(true);
    expect(writtenFiles.wrote('/a.json', hash(0))).toBe(false);
  });
});
