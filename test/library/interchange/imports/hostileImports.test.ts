/** @file Documents that are broken, enormous or made to do harm: each ends in an error that says what is wrong. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { importFormatOf, readImportSource } from '../../../../main/library/interchange/imports/importSource.ts';
import { maxDocumentBytes } from '../../../../main/library/interchange/imports/importText.ts';
import type { ImportFormat } from '../../../../schemas/imports.ts';
import { hubDataset } from '../../../support/hubDataset.ts';
import { randomNumbers } from '../../../support/randomNumbers.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

let folder = '';

beforeEach(async () => {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  folder = temporary.path;
});

async function refused(name: string, content: string | Uint8Array, format?: ImportFormat): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return await codeOf(file, format);
}

/** The code of what is thrown; the number of records where nothing is. */
async function codeOf(file: string, format?: ImportFormat): Promise<string> {
  try {
    let records = 0;
    const source = { path: file, format: format ?? (await importFormatOf(file)), use: 'tags' as const };
    for await (const _item of readImportSource(source)) records += 1;
    return String(records);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

describe('JSON', () => {
  it('larger than the limit is refused before it is read', async () => {
    const file = path.join(folder, 'captions.json');
    await using handle = await open(file, 'w');
    // Sparse: two gigabytes that take no room.
    await handle.truncate(2 ** 31);
    expect(2 ** 31).toBeGreaterThan(maxDocumentBytes);
    expect(await codeOf(file, 'json')).toBe('IMPORT_TOO_LARGE');
    expect(await codeOf(file)).toBe('IMPORT_TOO_LARGE');
  });

  it.each([
    ['nested deeply', `{"a":${'['.repeat(100_000)}`, 'IMPORT_TOO_DEEP'],
    ['cut off', '{"a": ["one", "tw', 'IMPORT_NOT_JSON'],
    ['with NaN', '{"a": NaN}', 'IMPORT_NOT_JSON'],
    ['with a comma too many', '{"a": ["x"],}', 'IMPORT_NOT_JSON'],
    ['with a key twice in an object', '{"a": {"caption": "x", "caption": "y"}}', 'IMPORT_KEY_TWICE'],
    ['with text behind it', '{"a": ["x"]} {"b": ["y"]}', 'IMPORT_NOT_JSON'],
    ['that is a list', '["x"]', 'IMPORT_NOT_JSON'],
    ['that is a word', '"x"', 'IMPORT_NOT_JSON'],
    ['that is empty', '', 'IMPORT_NOT_JSON'],
    ['of web pages', '<html><body>Not found</body></html>', 'IMPORT_NOT_JSON'],
  ])('%s is refused', async (_what, content, code) => {
    expect(await refused('captions.json', content)).toBe(code);
  });

  it('in an encoding that nothing says is refused, and one with its mark is read', async () => {
    const text = '{"a": ["one"]}';
    expect(await refused('a.json', Buffer.from(text, 'utf16le'))).toBe('IMPORT_ENCODING_UNKNOWN');
    expect(await refused('b.json', Buffer.from('{"a": ["café"]}', 'latin1'))).toBe('IMPORT_ENCODING_UNKNOWN');
    expect(await refused('e.json', Buffer.from(text, 'utf16le').swap16())).toBe('IMPORT_ENCODING_UNKNOWN');
    // GBK, which Chinese Windows writes: 海边的船.
    const gbk = Buffer.from('baa3b1dfb5c4b4ac', 'hex');
    for (const [name, before, after] of [
      ['f.json', '{"a": ["', '"]}'],
      ['f.jsonl', '{"file_name": "a.jpg", "text": "', '"}\n'],
      ['f.csv', 'file_name,text\na.jpg,', '\n'],
    ] as const) {
      expect(await refused(name, Buffer.concat([Buffer.from(before), gbk, Buffer.from(after)])), name).toBe(
        'IMPORT_ENCODING_UNKNOWN',
      );
    }
    expect(await refused('c.json', Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe('1');
    expect(await refused('d.json', `\ufeff${text}`)).toBe('1');
  });
});

describe('full JSON', () => {
  const photos = [{ file: 'boat.jpg' }];
  it.each([
    ['of a newer version', { format: 'vignette-captions', version: 3, photos }],
    ['of another program', { format: 'other', version: 1, photos }],
    ['without a version in front', { photos, format: 'vignette-captions', version: 2 }],
  ])('%s is refused', async (_what, document) => {
    expect(await refused('full.json', JSON.stringify(document), 'json-full')).toBe('IMPORT_VERSION_UNKNOWN');
  });
});

describe('CSV', () => {
  it.each([
    ['with a quote that does not end', 'file_name,text\na.jpg,"one\nb.jpg,two\n', 'IMPORT_NOT_CSV'],
    ['with a million columns', `file_name${',x'.repeat(1_000_000)}\n`, 'IMPORT_TOO_MANY_COLUMNS'],
    ['without a column for the file', 'a,b\n1,2\n', 'IMPORT_COLUMN_MISSING'],
  ])('%s is refused', async (_what, content, code) => {
    expect(await refused('captions.csv', content)).toBe(code);
  });

  it('that stops in the middle is not taken for a shorter one', async () => {
    expect(await refused('a.csv', Buffer.concat([Buffer.from('file_name,text\na.jpg,caf'), Buffer.from([0xe9])]))).toBe(
      'IMPORT_ENCODING_UNKNOWN',
    );
  });
});

describe('Parquet', () => {
  it.each([
    ['that is empty', new Uint8Array()],
    ['that is text', new TextEncoder().encode('file_name,text\na.jpg,a boat\n')],
    ['of nothing but its mark', new TextEncoder().encode('PAR1PAR1')],
    ['that is encrypted', new TextEncoder().encode('PARE\0\0\0\0PARE')],
  ])('%s is refused', async (_what, content) => {
    expect(await refused('a.parquet', content)).toBe('IMPORT_NOT_PARQUET');
  });

  it('that is damaged anywhere ends in an error that says so, or is read', async () => {
    const whole = await hubDataset();
    const random = randomNumbers(17);
    const codes = new Set<string>();
    for (let damaged = 0; damaged < 60; damaged += 1) {
      const content = whole.slice();
      for (let place = 0; place < 3; place += 1) {
        content[Math.floor(random() * content.length)] = Math.floor(random() * 256);
      }
      const code = await refused('a.parquet', content);
      codes.add(/^\d+$/.test(code) ? 'read' : code);
    }
    expect([...codes].sort()).toEqual(['IMPORT_COLUMN_MISSING', 'IMPORT_NOT_PARQUET', 'read']);
  });

  it('with a page that claims to unpack to gigabytes is refused', async () => {
    const names = ['a.jpg'.repeat(1000)];
    const columnData = [{ name: 'file_name', data: names, type: 'STRING' as const }];
    const content = new Uint8Array(parquetWriteBuffer({ columnData }));
    // The header of the page: its type, and its size unpacked, as variable-length numbers.
    expect([...content.subarray(4, 7)]).toEqual([0x15, 0x06, 0x15]);
    content.set([0xfe, 0xff, 0xff, 0xff, 0x0f], 7);
    expect(await refused('a.parquet', content)).toBe('IMPORT_NOT_PARQUET');
  });

  it('with more texts than are read is refused before they are read', async () => {
    const file = path.join(folder, 'a.parquet');
    await using handle = await open(file, 'w');
    await handle.truncate(2 ** 31);
    // A footer of a gigabyte.
    await handle.write(Buffer.from([0, 0, 0, 0x40, ...Buffer.from('PAR1')]), 0, 8, 2 ** 31 - 8);
    expect(await codeOf(file)).toBe('IMPORT_TOO_LARGE');
  });
});

it('a file that is none, or is not there, is refused and keeps nobody waiting', async () => {
  expect(await codeOf(path.join(folder, 'no.json'))).toBe('IMPORT_UNREADABLE');
  await mkdir(path.join(folder, 'x.json'));
  expect(await codeOf(path.join(folder, 'x.json'))).toBe('IMPORT_FORMAT_UNKNOWN');
  expect(await refused('x.png', 'x')).toBe('IMPORT_FORMAT_UNKNOWN');
});

it.skipIf(process.platform === 'win32')(
  'a pipe in the place of a document or a text file is not waited for',
  async () => {
    const pipe = path.join(folder, 'a.txt');
    await promisify(execFile)('mkfifo', [pipe]);
    expect(await codeOf(pipe, 'json')).toBe('IMPORT_UNREADABLE');
    expect(await codeOf(pipe, 'parquet')).toBe('IMPORT_UNREADABLE');
    const items: unknown[] = [];
    for await (const item of readImportSource({ path: folder, format: 'txt', use: 'tags' })) items.push(item);
    expect(items).toEqual([{ name: 'a.txt', remark: 'unreadable' }]);
  },
);

it.skipIf(process.platform === 'win32')('a socket or an endless device in its place is not read', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(path.join(folder, 'socket.json'));
  await once(server, 'listening');
  await symlink('/dev/zero', path.join(folder, 'device.json'));
  for (const name of ['socket.json', 'device.json']) {
    expect(await codeOf(path.join(folder, name)), name).toBe('IMPORT_UNREADABLE');
    for (const format of ['json', 'jsonl', 'csv', 'coco', 'json-full'] as const) {
      expect(await codeOf(path.join(folder, name), format), name).toBe('IMPORT_UNREADABLE');
    }
  }
});
