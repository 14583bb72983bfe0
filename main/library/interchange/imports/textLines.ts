/** @file Pieces of text as lines. Pure. */
import { ImportError } from './importError.ts';

/** In characters. A photo with all its texts has a hundredth of it. */
const maxLine = 16 << 20;

/** Without line ends. @throws ImportError IMPORT_TOO_LARGE for a line that has no end */
export async function* textLines(text: AsyncIterable<string>, file: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const piece of text) {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > maxLine) {
      const details = { file, maxBytes: maxLine };
      throw new ImportError('IMPORT_TOO_LARGE', `${file} has a line of more than 16 MiB.`, details);
    }
  }
  if (rest !== '') yield rest;
}
