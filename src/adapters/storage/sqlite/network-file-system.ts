/** Tells whether a folder lies on a network file system, by the type number that Linux's statfs(2) gives. */
import { statfsSync } from 'node:fs';

/**
 * Locks and flushes of these cannot be trusted: they are kept by another machine or by a program.
 * The numbers are from linux/magic.h and the file systems' own sources.
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x47504653, 'GPFS'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0x19830326, 'BeeGFS'],
]);

/**
 * The name of the network file system that `folder` lies on, or undefined for a local one.
 * Other platforms than Linux number their file systems otherwise: there the answer is undefined.
 */
export function networkFileSystem(folder: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return nameOfNetworkType(statfsSync(folder).type);
}

/** The name of a network file system by its statfs type, whose sign some platforms extend. */
export function nameOfNetworkType(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}
