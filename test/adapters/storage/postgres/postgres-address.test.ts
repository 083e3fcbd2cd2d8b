import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isPostgresAddress,
  readPostgresAddress,
} from '../../../../src/adapters/storage/postgres/postgres-address.ts';

test('what is shown of an address has neither user nor password', () => {
  const { shown, connectionString } = readPostgresAddress('postgres://gateway:secret@localhost:5433/audit');
  assert.equal(shown, 'postgres://localhost:5433/audit');
  assert.match(connectionString, /secret/);
});

test('a password of its own file takes the place of the one in the address, whatever signs it has', () => {
  const { connectionString } = readPostgresAddress('postgres://gateway:old@localhost/audit', 'p@ss/ :word%');
  assert.equal(decodeURIComponent(new URL(connectionString).password), 'p@ss/ :word%');
});

test('an address across a network says how it is protected; loopback and sockets need not', () => {
  assert.throws(
    () => readPostgresAddress('postgres://gateway@db.northmere.example/audit'),
    /sslmode=verify-full/,
  );
  for (const address of [
    'postgres://gateway@db.northmere.example/audit?sslmode=verify-full',
    'postgresql://gateway@127.0.0.1/audit',
    'postgres://gateway@[::1]:5432/audit',
    'postgres:///audit?host=/var/run/postgresql&user=gateway',
  ])
    assert.ok(readPostgresAddress(address), address);
});

test('anything else is no address, and no message repeats it', () => {
  for (const address of [
    '',
    'audit.sqlite',
    'mysql://localhost/audit',
    'postgres://gateway:secret@localhost',
    'postgres://',
  ])
    assert.throws(
      () => readPostgresAddress(address),
      ({ message }: Error) => /is no address such as/.test(message) && !message.includes('secret'),
    );
  assert.ok(isPostgresAddress('postgresql://x/y') && !isPostgresAddress('/var/lib/audit.sqlite'));
});
