/** @file What the system or a second start asks the application to open: folders of photos, and `vignette://` addresses of the few kinds that are known. Desktop main process. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathOfFileUrl } from '../library/photos/fileUrl.ts';
import { isPageUrl, pageScheme } from './pageAddress.ts';

const knownPlaces = [/^#\/(?:library|review|tags|runs|models|settings)$/, /^#\/(?:photo|run)\/[1-9]\d{0,14}$/];

export interface OpenRequest {
  /** Existing ones, absolute. */
  readonly folders: readonly string[];
  /** The last known address: what stands behind # in the page's. */
  readonly hash: string | undefined;
  /** Addresses that lead nowhere known. */
  readonly refused: readonly string[];
}

/** The part behind # of an address that may be followed. A link comes from anywhere: it only ever shows something. */
export function linkedPlace(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || !isPageUrl(address) || url.username !== '' || url.password !== '') return undefined;
  if (url.pathname !== '/' || url.search !== '') return undefined;
  return knownPlaces.some((known) => known.test(url.hash)) ? url.hash : undefined;
}

/** @param args of the command line, without the program's own */
export async function openRequest(args: readonly string[], workingFolder: string): Promise<OpenRequest> {
  const folders: string[] = [];
  const refused: string[] = [];
  let hash: string | undefined;
  for (const arg of args) {
    if (arg.toLowerCase().startsWith(`${pageScheme}:`)) {
      const place = linkedPlace(arg);
      if (place === undefined) refused.push(arg);
      else hash = place;
    } else if (arg !== '' && !arg.startsWith('-')) {
      const path = resolve(workingFolder, asPath(arg));
      if (await isFolder(path)) folders.push(path);
    }
  }
  return { folders, hash, refused };
}

/** Linux's file managers give addresses. One that is no path is no folder. */
function asPath(arg: string): string {
  try {
    return pathOfFileUrl(arg, process.platform);
  } catch {
    return arg;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * What was said behind the program's name. Chromium puts switches of its own anywhere; a checkout is started with its
 * folder as the first word.
 */
export function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  return isPackaged ? words : words.slice(1);
}
