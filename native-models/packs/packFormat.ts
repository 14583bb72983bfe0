/**
 * @file What a packed model looks like: a tar file of one shape. `pack.json`, `model.json`, then the model's files in the
 * order in which `model.json` names them; nothing is compressed, because weights are not made smaller by it. Any process.
 * Format of the entries: https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
import * as z from 'zod';

/** Raised when a reader of the older format would misunderstand a pack. */
export const packVersion = 1;

export const packExtension = '.vignette-model';

export const packHeaderName = 'pack.json';
export const maxPackHeaderBytes = 64 << 10;

export const packHeaderSchema = z.object({
  format: z.literal('vignette-model'),
  formatVersion: z.literal(packVersion),
  /** Of `model.json`, which has the checksums of all other files. */
  manifest: z.object({ sizeBytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});
export type PackHeader = z.output<typeof packHeaderSchema>;

export const blockBytes = 512;

/** What ends the file: two blocks of zeros. */
export const packEndBytes = 2 * blockBytes;

/**
 * The block before a file's content. It is the same for the same name and size, so that a reader that knows what must come
 * next compares it, and no other kind of entry (a link, a folder, a longer name) gets through.
 */
export async function entryBlock(name: string, sizeBytes: number): Promise<Buffer> {
  const { Header } = await import('tar/header');
  const block = Buffer.alloc(blockBytes);
  const header = new Header({ path: name, size: sizeBytes, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) });
  header.type = 'File';
  header.encode(block);
  return block;
}

/** Zeros that fill the last block of a file's content. */
export function paddingBytes(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}

/** What a file takes in a pack. */
export function entryBytes(sizeBytes: number): number {
  return blockBytes + sizeBytes + paddingBytes(sizeBytes);
}

/**
 * Names that mean the same file on every system: no way out of the folder, nothing hidden, nothing that Windows keeps for
 * devices, and no folder within a folder.
 */
const packedName = /^(?:[a-z0-9_][a-z0-9_.-]{0,31}\/)?[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?$/i;
const deviceName = /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\/|$)/i;
/** What the import itself writes beside the files. */
const reservedNames: readonly string[] = ['model.json', 'import.jsonl', packHeaderName];

export function isPackedName(name: string): boolean {
  return packedName.test(name) && !deviceName.test(name) && !reservedNames.includes(name.toLowerCase());
}
