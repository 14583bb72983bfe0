/** @file Documents that are broken, enormous or made to do harm: each ends in an error that says what is wrong. */
import { execFile } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { importFormatOf, readImportSource } from '../../../../main/library/interchange/imports/importSource.ts';
import { maxDocumentBytes } from '../../../../main/library/interchange/imports/importText.ts';
import type { ImportFormat } from '../../../../schemas/imports.ts';
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
    const items: unknown[] = [];
    for await (const item of readImportSource({ path: folder, format: 'txt', use: 'tags' })) items.push(item);
    expect(items).toEqual([{ name: 'a.txt', remark: 'unreadable' }]);
  },
);
