/** @file Drives: which one a folder is on, where on it, whether over the network, and where drives are mounted now. Main process, CLI. */
import { readdir, readFile, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { VolumePlace } from '../catalog/photos/roots.ts';
import { pathBelow } from '../files/commonFolder.ts';
import type { Disk } from '../photos/disk.ts';

export interface Volumes {
  /** @throws Node's errors when the folder is not there */
  placeOf(folder: string): Promise<VolumePlace>;
  /** The top folders of all drives that are there now. */
  mountPoints(): Promise<string[]>;
}

export function systemVolumes(disk: Disk, platform: NodeJS.Platform): Volumes {
  return {
    async placeOf(folder) {
      const top = await mountPointOf(disk, folder);
      return { id: await volumeId(disk, top, platform), path: pathBelow(top, folder) };
    },
    mountPoints: () => mountPoints(disk, platform),
  };
}

/** The highest folder above it that is on the same device. */
async function mountPointOf(disk: Disk, folder: string): Promise<string> {
  const { device } = await disk.state(folder);
  let top = folder;
  for (;;) {
    const above = path.dirname(top);
    if (above === top || (await disk.state(above)).device !== device) return top;
    top = above;
  }
}

/** Undefined where the system does not give drives names that last. */
async function volumeId(disk: Disk, mountPoint: string, platform: NodeJS.Platform): Promise<string | undefined> {
  switch (platform) {
    case 'win32':
      // Node's device number is the volume's serial number there.
      return `serial ${(await disk.state(mountPoint)).device}`;
    case 'linux':
      return await linuxVolumeId(mountPoint);
    default:
      return undefined;
  }
}

async function linuxVolumeId(mountPoint: string): Promise<string | undefined> {
  try {
    const mount = (await linuxMounts()).findLast((candidate) => candidate.mountPoint === mountPoint);
    if (mount === undefined) return undefined;
    const device = await realpath(mount.source);
    const names = '/dev/disk/by-uuid';
    for (const uuid of await readdir(names)) {
      if ((await realpath(path.join(names, uuid))) === device) return `uuid ${uuid}`;
    }
  } catch {
    // A network drive, or a system without udev: such drives are recognised by what is on them.
  }
  return undefined;
}

interface LinuxMount {
  readonly mountPoint: string;
  readonly source: string;
}

/** Of `/proc/self/mounts`: the device, the mount point and more, with blanks as octal escapes. */
async function linuxMounts(): Promise<LinuxMount[]> {
  const table = await readFile('/proc/self/mounts', 'utf8');
  return table.split('\n').flatMap((line) => {
    const [source, mountPoint] = line.split(' ').map(unescapeOctal);
    return source === undefined || mountPoint === undefined ? [] : [{ source, mountPoint }];
  });
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_match, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

async function mountPoints(disk: Disk, platform: NodeJS.Platform): Promise<string[]> {
  switch (platform) {
    case 'win32': {
      const letters = Array.from({ length: 26 }, (_, index) => `${String.fromCharCode(65 + index)}:\\`);
      const states = await Promise.allSettled(letters.map((letter) => disk.state(letter)));
      return letters.filter((_, index) => states[index]?.status === 'fulfilled');
    }
    case 'darwin':
      return (await readdir('/Volumes')).map((name) => path.join('/Volumes', name));
    default:
      return [...new Set((await linuxMounts()).map(({ mountPoint }) => mountPoint))].filter(
        (mountPoint) => !/^\/(proc|sys|dev|run\/(?!media\/))/.test(`${mountPoint}/`),
      );
  }
}

/** NFS, SMB (three kinds), 9P, AFS, Ceph, FUSE (sshfs and the like): numbers from Linux's statfs(2). */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x65735546,
]);

/** Of whose changes the system does not tell. */
export async function isOnNetworkDrive(folder: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32') return folder.startsWith('\\\\');
  if (platform !== 'linux') return false;
  return await statfs(folder).then(
    ({ type }) => networkTypes.has(type),
    () => false,
  );
}
