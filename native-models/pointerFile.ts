/**
 * @file Recognises files that stand for others: what Git LFS, git-annex and Xet leave where the content was not fetched.
 * Any process.
 */
import { readlink } from 'node:fs/promises';

/** Who left the pointer, and how the content is fetched. */
export interface PointerFile {
  readonly kind: string;
  readonly fetch: string;
}

/** As many first bytes as `pointerFileOf` wants to see; fewer are fine. */
export const pointerHeadBytes = 128;

const annex: PointerFile = { kind: 'git-annex pointer', fetch: 'git annex get' };

const pointers: readonly (readonly [RegExp, PointerFile])[] = [
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, and the names it had before
  [
    /^version https?:\/\/(git-lfs\.github\.com|hawser\.github\.com|git-media\.io)\//,
    { kind: 'Git LFS pointer', fetch: 'git lfs pull' },
  ],
  [/^# xet version \d/, { kind: 'Git Xet pointer', fetch: 'git xet checkout' }],
  // https://git-annex.branchable.com/internals/pointer_file/
  [/^\/annex\/objects\/\S/, annex],
];

/** What a file that begins with these bytes points to; undefined for any other file. */
export function pointerFileOf(head: Uint8Array): PointerFile | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, pointerHeadBytes)).toString(
    'latin1',
  );
  // Windows editors and tools put a byte order mark before it.
  const start = text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
  return pointers.find(([pattern]) => pattern.test(start))?.[1];
}

/** The same of a path where nothing can be found: git-annex also leaves links to content that is not there. */
export async function pointerLinkAt(file: string): Promise<PointerFile | undefined> {
  const target = await readlink(file).catch(() => '');
  return /(^|[/\\])\.git[/\\]annex[/\\]objects[/\\]/.test(target) ? annex : undefined;
}
