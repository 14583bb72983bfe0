/** @file Reads XMP sidecars, and refuses what is none before anything else sees it. Picture process. */
import path from 'node:path';
import { ForeignFileError, readForeignFile } from '../../../native-models/foreignFile.ts';
import type { SidecarProblem } from '../../../schemas/fileInfo.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { type TagValues, textOf } from './tagValues.ts';

/** What Vignette put into it, which is not what other programs say. */
export interface OwnSidecarText {
  readonly description: string | null;
  /** By property. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** The same of a photo's own file. */
export interface OwnFileText {
  /** By property. */
  readonly texts: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

export interface SidecarToRead {
  /** Absolute. */
  readonly file: string;
  readonly own: OwnSidecarText | null;
}

export type ReadSidecar = { readonly name: string } & (
  | { readonly tags: TagValues }
  | { readonly problem: SidecarProblem['reason'] }
);

/** Sidecars of editors that keep masks and histories in them reach a few hundred kilobytes. */
const maxBytes = 8 * 1024 * 1024;

/**
 * Undefined where there is no such file any more, or nothing in it.
 *
 * @param readTags the tags of the file, whose bytes these are, as ExifTool names them; the signal's reason and the lack of ExifTool pass through
 */
export async function readSidecar(
  { file, own }: SidecarToRead,
  readTags: (file: string, bytes: Buffer) => Promise<TagValues>,
): Promise<ReadSidecar | undefined> {
  const name = path.basename(file);
  let bytes: Buffer;
  try {
    bytes = await readForeignFile(file, maxBytes);
  } catch (error) {
    const code = fileSystemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (!(error instanceof ForeignFileError)) return { name, problem: 'unreadable' };
    return { name, problem: error.code === 'EFBIG' ? 'tooLarge' : 'notAFile' };
  }
  // In UTF-16 and UTF-32, too, with or without its mark.
  const text = bytes
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)/, '')
    .trimStart();
  if (text === '') return undefined;
  if (!text.startsWith('<')) return { name, problem: 'notXmp' };
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return { name, problem: 'declaresEntities' };
  if (!/<(?:\w+:)?RDF\b/.test(text)) return { name, problem: 'notXmp' };
  const nesting = problemOfNesting(text);
  if (nesting !== undefined) return { name, problem: nesting };
  const tags = await readTags(file, bytes);
  const isDamaged = [tags.get('ExifTool:Warning'), tags.get('warnings')]
    .flat()
    .some((warning) => /format error/i.test(textOf(warning) ?? ''));
  if (textOf(tags.get('File:FileType')) !== 'XMP' || isDamaged) return { name, problem: 'notXmp' };
  return { name, tags: own === null ? tags : withoutOwn(tags, own) };
}

/** Structures of XMP are four or five levels deep, each of which takes two or three elements. */
const maxDepth = 100;
/** What a `<` may begin: a comment or the like, a section of text, an end, or a beginning with its attributes. */
const marks =
  /<(?:!--.*?--|\?.*?\?|!\[CDATA\[|\/[^\s<>"'/]+\s*|[^\s<>"'/!?]+(?:\s+[^\s<>"'/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?)>?/gsy;

/**
 * ExifTool takes a time that grows with the square of the depth: minutes for what fits into a megabyte. It also reads
 * what is no XML, by rules of its own, so that only of XML it is known how deep it will go.
 */
function problemOfNesting(xml: string): SidecarProblem['reason'] | undefined {
  let depth = 0;
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', marks.lastIndex)) {
    marks.lastIndex = at;
    const mark = marks.exec(xml)?.[0];
    if (mark === undefined || (!mark.endsWith('>') && !mark.startsWith('<!['))) return 'notXmp';
    if (mark.startsWith('<!') || mark.startsWith('<?') || mark.endsWith('/>')) continue;
    depth += mark.startsWith('</') ? -1 : 1;
    if (depth > maxDepth) return 'tooDeep';
    if (depth < 0) return 'notXmp';
  }
  return depth === 0 ? undefined : 'notXmp';
}

const descriptions = ['XMP-dc:Description', 'XMP-tiff:ImageDescription'];

export function withoutOwn(tags: TagValues, { description, values: own }: OwnSidecarText): TagValues {
  const texts = description === null ? {} : Object.fromEntries(descriptions.map((property) => [property, description]));
  return withoutOwnTexts(tags, { texts, tags: own });
}

/** What Vignette wrote would come back as what the file says, be shown and found twice, and stay when it is removed. */
export function withoutOwnTexts(tags: TagValues, { texts, tags: own }: OwnFileText): TagValues {
  const others = new Map(tags);
  for (const [property, text] of Object.entries(texts)) {
    if (comparable(tags.get(property)) === comparable(text)) others.delete(property);
  }
  for (const [property, values] of Object.entries(own)) {
    const ours = new Set(values.map(comparable));
    const there = tags.get(property);
    if (Array.isArray(there)) {
      others.set(
        property,
        there.filter((value) => !ours.has(comparable(value))),
      );
    } else if (ours.has(comparable(there))) others.delete(property);
  }
  return others;
}

/** XML has no line ends but line feeds. */
function comparable(value: unknown): string | null {
  return textOf(typeof value === 'string' ? value.replaceAll(/\r\n?/g, '\n') : value);
}
