/** @file `{"<name>": ["caption"]}`, and kohya's metadata, `{"<path>": {"caption": …, "tags": "a, b"}}`. Pure. */
import type { ImportItem } from './importRecord.ts';
import { JsonEntries, type JsonEntry } from './jsonEntries.ts';
import { soundRecord, unsigned } from './soundTexts.ts';
import { listedTags } from './tagList.ts';

export async function* readPlainJson(text: AsyncIterable<string>, file: string): AsyncGenerator<ImportItem, void> {
  const entries = new JsonEntries(file);
  for await (const piece of text) {
    for (const entry of entries.take(piece)) yield* recordsOf(entry);
  }
  entries.end();
}

/** A caption a record: those of one photo meet when photos are matched. */
function* recordsOf({ key, below, value }: JsonEntry): Generator<ImportItem, void> {
  const named = { name: key, isStem: true };
  const isCaption = below === null || typeof below === 'number' || below === 'caption';
  if (isCaption && typeof value === 'string') yield* soundRecord({ ...named, captions: [unsigned(value)] });
  else if (below === 'tags' && typeof value === 'string') yield* soundRecord({ ...named, tags: listedTags(value) });
  else if (below === 'caption' && isTexts(value)) yield* soundRecord({ ...named, captions: value.map(unsigned) });
  // Of kohya's other members, such as the size that a picture is trained at, none is a text.
  else if (isCaption) yield { name: key, remark: 'invalidEntry' };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
