/** @file Where a person's library lies when no `--library` names it, once what lies at its former place was moved there. Main process and CLI. */
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { libraryPlaces } from './libraryPlaces.ts';

export interface LibraryFolderSources {
  /** `--library DIR`, as typed. */
  readonly option?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  readonly cwd: string;
}

/** The option, else `VIGNETTE_HOME`, else the platform's folder for application data. Always absolute. */
export function libraryFolder(sources: LibraryFolderSources): string {
  const named = sources.option ?? nonEmpty(sources.env.VIGNETTE_HOME);
  if (named !== undefined) {
    return path.resolve(sources.cwd, named);
  }
  switch (sources.platform) {
    case 'darwin':
      return path.join(macFolder(sources), 'Vignette');
    case 'win32':
      // Not the roaming folder, which a company's network copies at every login.
      return path.join(windowsFolder(sources, 'LOCALAPPDATA', 'Local'), 'Vignette');
    default:
      return path.join(xdgDataHome(sources), 'vignette');
  }
}

/** Where the library of this platform lay before; undefined where it lies there still, or where the place is named. */
export function formerLibraryFolder(sources: LibraryFolderSources): string | undefined {
  const isNamed = (sources.option ?? nonEmpty(sources.env.VIGNETTE_HOME)) !== undefined;
  if (isNamed || sources.platform !== 'win32') return undefined;
  return path.join(windowsFolder(sources, 'APPDATA', 'Roaming'), 'Vignette');
}

/**
 * Where Electron keeps its own files. Its default differs from the library's folder by a capital letter only, which is no
 * difference on the disks of macOS and Windows. Undefined on Linux, where the two lie apart.
 */
export function electronFolder(sources: Omit<LibraryFolderSources, 'option' | 'cwd'>): string | undefined {
  if (sources.platform === 'darwin') return path.join(macFolder(sources), 'Vignette Desktop');
  if (sources.platform !== 'win32') return undefined;
  return path.join(windowsFolder(sources, 'LOCALAPPDATA', 'Local'), 'Vignette Desktop');
}

type HomeSources = Pick<LibraryFolderSources, 'env' | 'homeFolder'>;

function macFolder({ homeFolder }: HomeSources): string {
  return path.join(homeFolder, 'Library', 'Application Support');
}

function windowsFolder({ env, homeFolder }: HomeSources, variable: 'APPDATA' | 'LOCALAPPDATA', name: string): string {
  return nonEmpty(env[variable]) ?? path.join(homeFolder, 'AppData', name);
}

/** The XDG specification says that a relative value is to be ignored. */
function xdgDataHome(sources: LibraryFolderSources): string {
  const value = nonEmpty(sources.env.XDG_DATA_HOME);
  return value !== undefined && path.isAbsolute(value) ? value : path.join(sources.homeFolder, '.local', 'share');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/**
 * A library is moved by one renaming, so that it is whole at one of the two places whatever happens. Where that cannot be
 * (another disk, a program that has it open), the former place is used on; two libraries are never mixed.
 */
export function settledLibraryFolder(sources: LibraryFolderSources): string {
  const folder = libraryFolder(sources);
  const former = formerLibraryFolder(sources);
  if (former === undefined || holdsLibrary(folder) || !holdsLibrary(former)) return folder;
  try {
    mkdirSync(path.dirname(folder), { recursive: true });
    // Renaming onto a folder fails on Windows; one that holds anything stays as it is.
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(former, folder);
    return folder;
  } catch {
    // Another process may have moved it at the same time.
    return holdsLibrary(former) ? former : folder;
  }
}

function holdsLibrary(folder: string): boolean {
  const { catalog, models } = libraryPlaces(folder);
  return existsSync(catalog) || existsSync(models);
}
