/** @file Addresses such as file:///home/me/a%20photo.jpg, as file managers and browsers copy them. Pure; any process. */
import { fileURLToPath } from 'node:url';
import { LibraryError } from '../files/libraryError.ts';

/**
 * The path that a `file:` address stands for; anything else is given back as it is. What people forget to escape (`#`,
 * `?`, a lone `%`) is part of the path.
 * @throws LibraryError PATH_INVALID for a file on another computer, and for what is no path at all
 */
export function pathOfFileUrl(named: string, platform: NodeJS.Platform): string {
  if (!/^file:[/\\]/i.test(named)) return named;
  const escaped = named
    .replaceAll(/%(?![0-9a-f]{2})/gi, '%25')
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F');
  try {
    return fileURLToPath(escaped, { windows: platform === 'win32' });
  } catch (cause) {
    const message = /^file:\/\/[^/]/i.test(named)
      ? 'This is the address of a file on another computer. Connect that as a drive, and name the path there.'
      : 'This address is not the path of a file.';
    throw new LibraryError('PATH_INVALID', message, { named }, cause);
  }
}
