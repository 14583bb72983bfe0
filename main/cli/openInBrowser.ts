/** @file Hands an address to the system's browser. Nothing depends on its success: an address is printed as well. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePrivately } from '../library/files/privateFiles.ts';

/** By then every browser has read it. */
const fileKeptMs = 60_000;

/**
 * Through a file that leads on to the address and that only this user can read: every user of the machine sees what
 * programs are started with. The file is removed after a minute, or when the result is disposed of.
 */
export async function openInBrowser(
  url: string,
  folder: string,
  open: (fileUrl: string) => void,
): Promise<AsyncDisposable> {
  const file = path.join(folder, `open-${randomUUID()}.html`);
  await writePrivately(
    file,
    `<!doctype html><meta charset="utf-8"><title>Vignette</title><meta http-equiv="refresh" content="0; url=${url}">\n`,
  );
  const remove = async () => {
    clearTimeout(timer);
    await rm(file, { force: true });
  };
  const timer = setTimeout(() => void remove().catch(() => undefined), fileKeptMs);
  timer.unref();
  open(pathToFileURL(file).href);
  return { [Symbol.asyncDispose]: remove };
}

export function programOpener(url: string): void {
  const [program, args] = opener(url);
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(url: string): [string, string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', [url]];
    case 'win32':
      // Not `start`: the shell would take special characters apart.
      return ['rundll32', ['url.dll,FileProtocolHandler', url]];
    default:
      return ['xdg-open', [url]];
  }
}
