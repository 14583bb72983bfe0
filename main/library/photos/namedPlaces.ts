/**
 * @file What a person named on the command line as files on the disk: paths, `file:` addresses, and patterns such as
 * `*.jpg` that no shell has expanded, because they were quoted or because the shell is one of Windows. Main process, CLI.
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { RE2JS } from 're2js';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { pathOfFileUrl } from './fileUrl.ts';
import { globSource } from './nameGlob.ts';
import { naturalPathOrder } from './order.ts';
import { hasPhotoExtension } from './photoKinds.ts';

export interface NamedPlace {
  /** Absolute. */
  readonly path: string;
  /** As the person named it, or would have. */
  readonly shownAs: string;
}

export interface NamingOptions {
  readonly cwd: string;
  readonly platform?: NodeJS.Platform | undefined;
  readonly list?: ((folder: string) => Promise<Dirent[]>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A path that is there is meant, whatever its name; so is one without wildcards. Of a pattern the files and folders that
 * match, in natural order, hidden ones only where it says so; of the files, photos, unless none of them is one.
 * @throws LibraryError PATH_INVALID, and PATH_NOT_FOUND for a pattern that nothing matches; the signal's reason
 */
export async function namedPlaces(named: string, options: NamingOptions): Promise<readonly NamedPlace[]> {
  const { cwd, platform = process.platform } = options;
  const shownAs = pathOfFileUrl(named, platform);
  const place = { path: path.resolve(cwd, shownAs), shownAs };
  if (!/[*?[{]/.test(named) || shownAs !== named || (await isThere(place.path))) return [place];
  const patterns = alternatives(platform === 'win32' ? named.replaceAll('\\', '/') : named);
  const found = new Map<string, Match>();
  for (const pattern of patterns) {
    for (const match of await matchesOf(pattern, options, platform)) found.set(match.path, match);
  }
  const all = [...found.values()];
  const wanted = all.filter(({ isFolder, shownAs: name }) => isFolder || hasPhotoExtension(name));
  const order = naturalPathOrder();
  const places = (wanted.length > 0 ? wanted : all).toSorted((a, b) => order(a.shownAs, b.shownAs));
  if (places.length === 0) {
    throw new LibraryError('PATH_NOT_FOUND', 'No file or folder matches this pattern.', { named });
  }
  return places;
}

/**
 * Where one file or folder is wanted.
 * @throws LibraryError as `namedPlaces`; PATH_INVALID where several match
 */
export async function namedPlace(named: string, options: NamingOptions): Promise<string> {
  const [first, ...others] = await namedPlaces(named, options);
  if (first === undefined || others.length > 0) {
    throw new LibraryError('PATH_INVALID', `${named} stands for ${others.length + 1} files. Name one of them.`, {
      named,
    });
  }
  return first.path;
}

async function isThere(place: string): Promise<boolean> {
  try {
    await stat(place);
    return true;
  } catch (error) {
    // Windows knows no names with wildcards.
    return !['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG'].includes(fileSystemCode(error) ?? '');
  }
}

/** More than so many are no list that a person wrote. */
const maxAlternatives = 256;

/** `a.{jpg,png}` is `a.jpg` and `a.png`. Braces that enclose no list are letters. */
function alternatives(pattern: string): string[] {
  let patterns = [''];
  for (const piece of pattern.split(/(\{[^{}]*,[^{}]*\})/)) {
    const isList = piece.startsWith('{') && piece.endsWith('}') && piece.includes(',');
    const choices = isList ? piece.slice(1, -1).split(',') : [piece];
    patterns = patterns.flatMap((start) => choices.map((choice) => start + choice));
    if (patterns.length > maxAlternatives) return [pattern];
  }
  return patterns;
}

interface Match extends NamedPlace {
  readonly isFolder: boolean;
}

async function matchesOf(pattern: string, options: NamingOptions, platform: NodeJS.Platform): Promise<Match[]> {
  const { cwd, list = (folder) => readdir(folder, { withFileTypes: true }), signal } = options;
  const root = path.parse(pattern).root;
  let places: Match[] = [{ path: path.resolve(cwd, root), shownAs: root, isFolder: true }];
  for (const part of pattern
    .slice(root.length)
    .split('/')
    .filter((name) => name !== '')) {
    const next: Match[] = [];
    for (const place of places.filter(({ isFolder }) => isFolder)) {
      signal?.throwIfAborted();
      if (part === '**') next.push(...(await allBelow(place, list, signal)));
      else if (/[*?[]/.test(part)) next.push(...(await matchesIn(place, matcherOf(part, platform), list)));
      else next.push(...(await below(place, part)));
    }
    places = next;
  }
  return places;
}

/** As the system's own file names do, they tell capitals apart or not. A part that is no pattern stands for itself. */
function matcherOf(part: string, platform: NodeJS.Platform): (name: string) => boolean {
  const flags = platform === 'win32' || platform === 'darwin' ? RE2JS.CASE_INSENSITIVE : 0;
  const isForHidden = part.startsWith('.');
  try {
    const expression = RE2JS.compile(globSource(part.normalize('NFC')), flags | RE2JS.DOTALL);
    return (name) => (isForHidden || !name.startsWith('.')) && expression.testExact(name.normalize('NFC'));
  } catch {
    return (name) => name === part;
  }
}

async function matchesIn(
  place: Match,
  matches: (name: string) => boolean,
  list: (folder: string) => Promise<Dirent[]>,
): Promise<Match[]> {
  const names = (await entriesOf(place, list)).filter(({ name }) => matches(name));
  return (await Promise.all(names.map(({ name }) => below(place, name)))).flat();
}

async function entriesOf({ path: folder }: Match, list: (folder: string) => Promise<Dirent[]>): Promise<Dirent[]> {
  try {
    return await list(folder);
  } catch {
    // As in a shell: what cannot be listed has nothing that matches.
    return [];
  }
}

async function below(place: Match, name: string): Promise<Match[]> {
  const inside = path.join(place.path, name);
  try {
    const isFolder = (await stat(inside)).isDirectory();
    return [{ path: inside, shownAs: place.shownAs === '' ? name : path.join(place.shownAs, name), isFolder }];
  } catch {
    return [];
  }
}

/** The folder itself and all folders below it, without following links, which may lead back. */
async function allBelow(
  top: Match,
  list: (folder: string) => Promise<Dirent[]>,
  signal: AbortSignal | undefined,
): Promise<Match[]> {
  const found: Match[] = [];
  const waiting = [top];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    signal?.throwIfAborted();
    found.push(place);
    for (const entry of await entriesOf(place, list)) {
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      waiting.push(...(await below(place, entry.name)));
    }
  }
  return found;
}
