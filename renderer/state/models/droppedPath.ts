/** @file The path that was dropped on the page, as a text or as a file address. Pure; renderer only. */

/** Undefined where it is none. */
export function droppedPath(texts: { readonly uriList: string; readonly plain: string }): string | undefined {
  const lines = [texts.uriList, texts.plain].flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  for (const line of lines) {
    if (line.startsWith('file:')) {
      const path = pathOfAddress(line);
      if (path !== undefined) return path;
    } else if (/^(?:[/~]|[A-Za-z]:[\\/]|\\\\)/.test(line)) return line;
  }
  return undefined;
}

function pathOfAddress(address: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(address).pathname);
    // On Windows the drive follows the first slash.
    return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  } catch {
    return undefined;
  }
}
