/** @file Where a person's library lies when no `--library` names it: models, later the catalog. Pure; any process. */
import path from 'node:path';

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
      return path.join(sources.homeFolder, 'Library', 'Application Support', 'Vignette');
    case 'win32':
      return path.join(
        nonEmpty(sources.env.APPDATA) ?? path.join(sources.homeFolder, 'AppData', 'Roaming'),
        'Vignette',
      );
    default:
      return path.join(xdgDataHome(sources), 'vignette');
  }
}

/** The XDG specification says that a relative value is to be ignored. */
function xdgDataHome(sources: LibraryFolderSources): string {
  const value = nonEmpty(sources.env.XDG_DATA_HOME);
  return value !== undefined && path.isAbsolute(value) ? value : path.join(sources.homeFolder, '.local', 'share');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
