/** @file Whether a folder is on a network drive, of whose changes the system does not tell. Main process, CLI. */
import { statfs } from 'node:fs/promises';

/** NFS, SMB (three kinds), 9P, AFS, Ceph, FUSE (sshfs and the like): numbers from Linux's statfs(2). */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x65735546,
]);

export async function isOnNetworkDrive(folder: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32') return folder.startsWith('\\\\');
  if (platform !== 'linux') return false;
  return await statfs(folder).then(
    ({ type }) => networkTypes.has(type),
    () => false,
  );
}
