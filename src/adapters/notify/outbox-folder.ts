/** An outbox that is a folder: one message file (RFC 5322) each, that whoever sends mail takes from there. */
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Outbox } from '../../audit-log/witnessing/checkpoint-outbox.ts';

/** In here nobody looks for messages to send. */
const HELD = '.held';

/** INVARIANT: a file of the folder is whole and durable from the moment at which it is there. */
export function openOutboxFolder(folder: string): Outbox {
  const held = join(folder, HELD);
  mkdirSync(held, { recursive: true, mode: 0o700 });
  return {
    stage(name, text) {
      const unfinished = join(held, 'unfinished');
      writeDurably(unfinished, text);
      renameSync(unfinished, join(held, name));
      syncFolder(held);
    },
    staged: () => readdirSync(held).filter((name) => name.endsWith('.eml')),
    release(name) {
      renameSync(join(held, name), join(folder, name));
      syncFolder(folder);
      syncFolder(held);
    },
    drop: (name) => rmSync(join(held, name), { force: true }),
  };
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o640);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
