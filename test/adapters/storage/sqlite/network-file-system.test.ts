import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import {
  nameOfNetworkType,
  networkFileSystem,
} from '../../../../src/adapters/storage/sqlite/network-file-system.ts';

test('a local folder is not on a network file system', () => {
  assert.equal(networkFileSystem(tmpdir()), undefined);
});

test('NFS, SMB, FUSE and the like are known by their numbers, also where the sign was extended', () => {
  assert.equal(nameOfNetworkType(0x6969), 'NFS');
  assert.equal(nameOfNetworkType(0xff534d42), 'CIFS');
  assert.equal(nameOfNetworkType(0xff534d42 | 0), 'CIFS');
  assert.equal(nameOfNetworkType(0xfe534d42), 'SMB 2');
  assert.equal(nameOfNetworkType(0x65735546), 'FUSE');
});

test('ext4, XFS, Btrfs, ZFS, tmpfs and overlayfs are local', () => {
  for (const type of [0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0x01021994, 0x794c7630]) {
    assert.equal(nameOfNetworkType(type), undefined);
  }
});
