/** @file Packs as a stranger could write them. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { entryBlock, packEndBytes, paddingBytes } from '../../../native-models/packs/packFormat.ts';

export interface Entry {
  name: string;
  content: Buffer;
  /** As the entry claims it. */
  sizeBytes?: number;
  /** Changes the entry's block. */
  edit?: (block: Buffer) => void;
}

export interface PackParts {
  header: Record<string, unknown>;
  manifest: ModelManifest;
  /** The model's files. */
  entries: Entry[];
  /** After the last block of zeros. */
  rest: Buffer;
}

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** A well-formed pack of the model in `folder`, but for what `edit` changes. */
export async function writeStrangePack(folder: string, file: string, edit: (parts: PackParts) => void): Promise<void> {
  const manifest: ModelManifest = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8'));
  const entries = await Promise.all(
    manifest.files.map(async ({ name }) => ({ name, content: await readFile(path.join(folder, name)) })),
  );
  const parts: PackParts = { header: {}, manifest, entries, rest: Buffer.alloc(0) };
  edit(parts);
  const content = Buffer.from(JSON.stringify(parts.manifest));
  const header = {
    format: 'vignette-model',
    formatVersion: 1,
    manifest: { sizeBytes: content.byteLength, sha256: sha256(content) },
    ...parts.header,
  };
  const all: Entry[] = [
    { name: 'pack.json', content: Buffer.from(JSON.stringify(header)) },
    { name: 'model.json', content },
    ...parts.entries,
  ];
  const blocks: Buffer[] = [];
  for (const entry of all) {
    const block = await entryBlock(entry.name, entry.sizeBytes ?? entry.content.byteLength);
    entry.edit?.(block);
    blocks.push(block, entry.content, Buffer.alloc(paddingBytes(entry.content.byteLength)));
  }
  await writeFile(file, Buffer.concat([...blocks, Buffer.alloc(packEndBytes), parts.rest]));
}

/** Gives a file of the model another content, in the manifest too. */
export function setContent({ manifest, entries }: PackParts, name: string, content: Buffer): void {
  const files = manifest.files.map((file) =>
    file.name === name ? { name, sizeBytes: content.byteLength, sha256: sha256(content) } : file,
  );
  manifest.sizeBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  manifest.files = files;
  for (const entry of entries) if (entry.name === name) entry.content = content;
}

/** Gives a file of the model another name, in the manifest too. */
export function setName({ manifest, entries }: PackParts, index: number, name: string): void {
  manifest.files = manifest.files.map((file, i) => (i === index ? { ...file, name } : file));
  for (const [i, entry] of entries.entries()) if (i === index) entry.name = name;
}
