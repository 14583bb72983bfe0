/**
 * @file The project speaks of a thing in one word, the field's: GLOSSARY.md lists the terms with the place where each
 * lives, the questions that the code is asked with the symbols that answer them, and the words that stood for the terms
 * once, which nothing may bring back.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Retired {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** The rows of a table under a heading, cells trimmed. */
function rows(text: string, heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

const glossary = await readFile('GLOSSARY.md', 'utf8');
const retired: readonly Retired[] = rows(glossary, 'Retired words').map(([pattern = '', instead = '']) => ({
  pattern: new RegExp(pattern.replace(/^`(.*)`$/, '$1')),
  instead,
}));

/** The names in backquotes. */
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/**
 * Whether a file makes what has this name: a function, a value, a type or a member, or a command with this id. To use
 * or to import it is not enough.
 */
function declares(text: string, symbol: string): boolean {
  const name = RegExp.escape(symbol);
  return new RegExp(
    [
      `\\b(?:function|class|const|interface|type) ${name}(?![\\w$])`,
      `^ +(?:(?:static|async|readonly) )*${name}\\([^;]*\\{$`,
      `\\bid: '${name}'`,
    ].join('|'),
    'm',
  ).test(text);
}

/** Lines of the project's own text with a retired word; the glossary and this test name them. */
async function found(words: readonly Retired[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      maxBuffer: 1 << 24,
    },
  );
  const files = stdout
    .split('\0')
    .filter((file) => /\.(?:ts|mts|mjs|svelte|css|html|md|yml)$/.test(file) && existsSync(file))
    .filter((file) => !/^(?:GLOSSARY\.md|test\/lint\/vocabulary\.test\.ts)$|^test\/fixtures\/|\/generated\//.test(file))
    // What was released stays as it was; the bundled model's recipe is a record of how it was made.
    .filter((file) => !/\/migrations\/\d|migrations\.test\.ts$|^resources\/demo-model\/origin\//.test(file));
  const lines: string[] = [];
  for (const file of files) {
    for (const [index, line] of (await readFile(file, 'utf8')).split('\n').entries()) {
      const word = words.find(({ pattern }) => pattern.test(line));
      if (word !== undefined) lines.push(`${file}:${index + 1}: ${line.trim()} (write: ${word.instead})`);
    }
  }
  return lines;
}

it('no retired word is written', async () => {
  expect(await found(retired)).toEqual([]);
});

it('every retired word is found where it is written', () => {
  expect(retired.length).toBeGreaterThan(20);
  const examples = rows(glossary, 'Retired words').map(([, , example = '']) => example);
  for (const [index, { pattern }] of retired.entries()) expect(examples[index]).toMatch(pattern);
});

it('every term of the glossary lives where it says', () => {
  const terms = rows(glossary, 'Terms');
  expect(terms.length).toBeGreaterThan(40);
  for (const [term, , where = ''] of terms) {
    const places = quoted(where);
    expect(places.length, term).toBeGreaterThan(0);
    for (const place of places) expect(existsSync(place), `${term}: ${place}`).toBe(true);
  }
});

it('every question of the glossary is answered by symbols that the file it names declares', async () => {
  const questions = rows(glossary, 'Questions');
  expect(questions.length).toBeGreaterThanOrEqual(24);
  for (const [question = '', file = '', answer = ''] of questions) {
    const [place = ''] = quoted(file);
    expect(existsSync(place), `${question} ${place}`).toBe(true);
    const text = await readFile(place, 'utf8');
    const symbols = quoted(answer);
    expect(symbols.length, question).toBeGreaterThan(0);
    for (const symbol of symbols) expect(declares(text, symbol), `${question} ${place}: ${symbol}`).toBe(true);
  }
});

it('a symbol that a file only uses or imports is not taken for one that it declares', () => {
  const text = [
    "import { used } from './used.ts';",
    'export function made(): void {',
    '  used(1);',
    '  await waited(() => {});',
    '}',
    '  async #member(by: string): Promise<void> {',
    "  const command = { id: 'panel.ask' };",
  ].join('\n');
  for (const symbol of ['made', '#member', 'panel.ask', 'command']) expect(declares(text, symbol), symbol).toBe(true);
  for (const symbol of ['used', 'waited', 'mad', 'panel']) expect(declares(text, symbol), symbol).toBe(false);
});

it('the glossary is one step from the map of the code', async () => {
  expect(await readFile('ARCHITECTURE.md', 'utf8')).toContain('](GLOSSARY.md)');
});
