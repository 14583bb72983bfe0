/**
 * @file Keyword lists of other programs: Lightroom's export (indented, synonyms in braces), tag trees with a path a line as
 * digiKam and XMP write them, plain text, and CSV. Pure; any process.
 */

import type { KeywordRemarkKind } from '../../../schemas/tagOperation.ts';
import { CatalogError } from '../catalog/catalogError.ts';
import { tagNames } from '../catalog/texts/tags.ts';
import type { VocabularyTag } from '../catalog/texts/vocabulary.ts';
import { caselessKey, tidied } from '../text/textKeys.ts';

export interface KeywordList {
  /** Each path once, in the order of the list. */
  readonly tags: readonly KeywordTag[];
  /** What was left out or changed, and in which line. */
  readonly remarks: readonly KeywordRemark[];
}

export interface KeywordTag extends VocabularyTag {
  readonly synonyms: readonly string[];
}

export interface KeywordRemark {
  /** From 1; of CSV, the record's. */
  readonly line: number;
  readonly text: string;
  readonly kind: KeywordRemarkKind;
}

export interface KeywordListOptions {
  /** A file name ending in `.csv` or `.tsv` says what the text is; otherwise that is found out. */
  readonly fileName?: string | undefined;
  /** In plain text, commas part tags as line ends do. They always do where there is one line only. */
  readonly commasSeparate?: boolean | undefined;
}

/** Division slash: what takes the place of a slash within a name, which parts names here. */
const slashInName = '\u2215';

/** Text of a file, whose beginning says how it is encoded, and is left out: UTF-8, or UTF-16 as Windows writes it. */
export function keywordListText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Reads any of the forms; whatever cannot be read is a remark, so that nothing is thrown. */
export async function readKeywordList(text: string, options: KeywordListOptions = {}): Promise<KeywordList> {
  const list = new ListedTags();
  const lines = linesOf(text);
  const firstLine = lines[0]?.text ?? '';
  const isTable = /\.[ct]sv$/i.test(options.fileName ?? '') || headerOf(firstLine) !== undefined;
  if (isTable) await readTable(text, firstLine, list);
  else if (lines.some((line) => /^(\t| {2,}|[{[].*[\]}]$)/.test(line.text))) readIndented(lines, list);
  else readPaths(lines, options.commasSeparate === true || lines.length === 1, list);
  return list.finished();
}

/** How many words besides the tags' own names. */
export function synonymCount({ tags }: Pick<KeywordList, 'tags'>): number {
  return tags.reduce((sum, { synonyms }) => sum + synonyms.length, 0);
}

/** A path a line with its synonyms in braces, whatever else the text looks like: what `writeKeywordPaths` wrote. */
export function readKeywordPaths(text: string): KeywordList {
  const list = new ListedTags();
  readPaths(linesOf(text), false, list);
  return list.finished();
}

/** The list as a person can edit it. */
export function writeKeywordPaths(tags: readonly VocabularyTag[]): string {
  return tags.map(({ path, synonyms = [] }) => [path, ...synonyms.map((word) => `{${word}}`)].join(' ')).join('\n');
}

interface Line {
  readonly line: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  return text
    .split(/\r\n|[\n\r\u2028]/)
    .map((line, index) => ({ line: index + 1, text: line.trimEnd() }))
    .filter((line) => line.text.trim() !== '');
}

/** Lightroom: a tab a level; a synonym below its keyword in braces; what is in brackets groups, and is no tag itself. */
function readIndented(lines: readonly Line[], list: ListedTags): void {
  const above: { readonly indent: number; readonly names: readonly string[]; readonly path: string | undefined }[] = [];
  for (const { line, text } of lines) {
    const indent = text.length - text.trimStart().length;
    while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
    const parent = above.at(-1);
    const word = text.trim();
    const synonym = /^\{(.*)\}$/.exec(word)?.[1];
    if (synonym !== undefined) {
      if (parent?.path === undefined) list.remark(line, word, 'noTag');
      else list.addSynonym(line, parent.path, synonym);
      continue;
    }
    const group = /^\[(.*)\]$/.exec(word)?.[1];
    const names = [...(parent?.names ?? []), group ?? word];
    above.push({ indent, names, path: group === undefined ? list.add(line, names) : undefined });
  }
}

/** `places/France {Frankreich} {Gaul}`; `|` and ` > ` part names as well. */
function readPaths(lines: readonly Line[], commasSeparate: boolean, list: ListedTags): void {
  for (const { line, text } of lines) {
    const words = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, word = '']) => word);
    const rest = text.replaceAll(/\{[^{}]*\}/g, '').trim();
    const entries = commasSeparate ? rest.split(',').filter((entry) => entry.trim() !== '') : [rest];
    const paths = entries.map((entry) => list.add(line, namesOf(entry)));
    const [path] = paths;
    for (const word of words) {
      if (path === undefined || paths.length > 1) list.remark(line, word, 'noTag');
      else list.addSynonym(line, path, word);
    }
  }
}

function namesOf(path: string): string[] {
  if (path.includes('|')) return path.split('|');
  if (path.includes(' > ')) return path.split(' > ');
  return path.replace(/^\//, '').split('/');
}

const pathTitles = new Set(['tag', 'tags', 'keyword', 'keywords', 'name', 'path', 'subject']);
const synonymTitles = new Set(['synonym', 'synonyms', 'aliases', 'alias']);

/** In which columns a table has tags and their synonyms. Undefined where the line is no header of them. */
function headerOf(line: string): { readonly path: number; readonly synonyms: number } | undefined {
  const titles = line.split(/[,;\t]/).map((title) => title.replaceAll('"', '').trim().toLowerCase());
  const path = titles.findIndex((title) => pathTitles.has(title));
  const synonyms = titles.findIndex((title) => synonymTitles.has(title));
  return path === -1 || synonyms === -1 ? undefined : { path, synonyms };
}

/** With such a header, a tag a line; else a level a column. */
async function readTable(text: string, firstLine: string, list: ListedTags): Promise<void> {
  const { parse } = await import('csv-parse/sync');
  const delimiter = [';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
  let records: readonly (readonly string[])[];
  try {
    records = parse(text, { delimiter, relaxColumnCount: true, relaxQuotes: true, skipEmptyLines: true });
  } catch {
    list.remark(1, firstLine, 'notCsv');
    return;
  }
  const header = headerOf(firstLine);
  if (header === undefined) readLevels(records, list);
  else {
    for (const [index, { [header.path]: path = '', [header.synonyms]: words = '' }] of records.entries()) {
      if (index > 0) list.addWithSynonyms(index + 1, namesOf(path), words.split(/[;|,]/));
    }
  }
}

/** An empty cell in front repeats the one above. */
function readLevels(records: readonly (readonly string[])[], list: ListedTags): void {
  let above: readonly string[] = [];
  for (const [index, record] of records.entries()) {
    if (index === 0 && record.every((title) => /^level ?\d+$/i.test(title.trim()))) continue;
    const first = record.findIndex((name) => name.trim() !== '');
    if (first === -1) continue;
    above = [...above.slice(0, first), ...record.slice(first).filter((name) => name.trim() !== '')];
    list.add(index + 1, above);
  }
}

class ListedTags {
  /** By key. */
  readonly #tags = new Map<string, { readonly path: string; readonly synonyms: string[] }>();
  readonly #words = new Map<string, string>();
  readonly #remarks: KeywordRemark[] = [];

  /** Returns the tag's key; undefined where the names cannot be a tag. */
  add(line: number, names: readonly string[]): string | undefined {
    const sound = names.map((name) => name.replaceAll('/', slashInName));
    try {
      const path = tagNames(sound.join('/')).join('/');
      if (names.some((name) => name.includes('/'))) this.remark(line, path, 'slash');
      if (!this.#tags.has(caselessKey(path))) this.#tags.set(caselessKey(path), { path, synonyms: [] });
      return caselessKey(path);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      this.remark(line, names.join('/'), 'invalid');
      return undefined;
    }
  }

  /** Of a tag that cannot be one, nothing is kept. */
  addWithSynonyms(line: number, names: readonly string[], words: readonly string[]): void {
    const key = this.add(line, names);
    if (key === undefined) return;
    for (const word of words) this.addSynonym(line, key, word);
  }

  addSynonym(line: number, key: string, word: string): void {
    const text = tidied(word);
    if (text === '') return;
    const owner = this.#words.get(caselessKey(text));
    if (owner === undefined) {
      this.#words.set(caselessKey(text), key);
      this.#tags.get(key)?.synonyms.push(text);
    } else if (owner !== key) this.remark(line, text, 'synonymTaken');
  }

  remark(line: number, text: string, kind: KeywordRemark['kind']): void {
    this.#remarks.push({ line, text: text.slice(0, 200), kind });
  }

  finished(): KeywordList {
    return { tags: [...this.#tags.values()], remarks: this.#remarks };
  }
}
