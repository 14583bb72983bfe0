/** @file On which drives a file keeps its number as long as it exists. Main process, CLI. */
import { statfs } from 'node:fs/promises';

/**
 * From Linux's statfs(2) and linux/magic.h: ext2 to ext4, XFS, Btrfs, F2FS, ZFS, bcachefs, JFS, ReiserFS, NILFS, tmpfs,
 * ramfs, overlayfs, NTFS (ntfs3), HFS+. Not among them: FAT and exFAT, which make numbers up whenever a file is met, and
 * network and FUSE drives, where it depends on the server.
 */
const linuxTypes: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x3153464a, 0x52654973, 0x3434, 0x01021994,
  0x858458f6, 0x794c7630, 0x7366746e, 0x482b,
]);

const askedAnewMs = 60_000;

/** HFS+ and APFS, by their places in macOS's list of file systems (vfs.generic.vfs typenum). */
const macTypes: ReadonlySet<number> = new Set([0x11, 0x1a]);

/** Asks once a minute and device: a device's own number is given to the next drive. On Windows the time of the last change is enough, and FAT's numbers are those of its entries. */
export class StableNumbers {
  readonly #types: ReadonlySet<number>;
  readonly #typeOf: (path: string) => Promise<number>;
  readonly #known = new Map<number, { readonly areStable: boolean; readonly askedMs: number }>();

  constructor(platform: NodeJS.Platform, typeOf: (path: string) => Promise<number> = fileSystemType) {
    this.#types = platform === 'linux' ? linuxTypes : platform === 'darwin' ? macTypes : new Set();
    this.#typeOf = typeOf;
  }

  /** @param path of something on the device */
  async areOn(device: number, path: string): Promise<boolean> {
    if (this.#types.size === 0) return false;
    const known = this.#known.get(device);
    if (known !== undefined && performance.now() - known.askedMs < askedAnewMs) return known.areStable;
    const areStable = await this.#typeOf(path).then(
      (type) => this.#types.has(type),
      () => undefined,
    );
    if (areStable === undefined) return false;
    this.#known.set(device, { areStable, askedMs: performance.now() });
    return areStable;
  }
}

async function fileSystemType(path: string): Promise<number> {
  const { type } = await statfs(path);
  // Some numbers come with a sign.
  return type >>> 0;
}
