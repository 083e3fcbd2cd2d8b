/** What the running gateway proves to others: tiles, proofs, evidence and each party's own entries, behind the door of the log. */
import { Router } from 'express';
import type { KeyRing } from './adapters/signing/key-ring.ts';
import { agreementText } from './agreement-texts.ts';
import { evidenceOf } from './audit-log/evidence.ts';
import type { OpenRow } from './audit-log/evidence-openings.ts';
import { findLeafHash } from './audit-log/leaf-index.ts';
import type { LogReader } from './audit-log/ports.ts';
import { openSealedRow, readSealedRow } from './audit-log/sealed-row.ts';
import type { LogDoor, TurnedAway } from './http/log-door.ts';
import { logExport } from './http/log-export.ts';
import { logProofs } from './http/log-proofs.ts';
import { logTiles } from './http/log-tiles.ts';
import { partyLog } from './http/party-log.ts';
import type { LogReaders, Reader, ReaderRefused } from './log-readers.ts';

export interface ProvingParts {
  readonly readers: LogReaders;
  readonly reader: LogReader;
  readonly keys: KeyRing;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** True where nobody is proved by a request, and its address has caused as many entries about that as it may. */
export type HeldBack = (authorization: string | undefined, address: string) => Promise<boolean>;

/** Routes of the consumers' port, under `/log`: nobody reads without a token. */
export function provingForConsumers(parts: ProvingParts, heldBack: HeldBack): Router {
  const proved = doorOf(parts.readers, (authorization) => parts.readers.provedReader(authorization));
  // INVARIANT: whoever proves nothing cannot fill the log: a refused reading is an entry, so floods of them are counted instead.
  const door: LogDoor = async (authorization, address) =>
    (await heldBack(authorization, address)) ? TOO_MANY : proved(authorization, address);
  return routes(parts, door).use(partyLog(door, parts.reader));
}

/** Routes of the operations port, under `/log`. */
export function provingForOperations(parts: ProvingParts): Router {
  const door = doorOf(parts.readers, (authorization) => parts.readers.reader(authorization));
  return routes(parts, door).use(logExport(door, parts.reader));
}

function routes(parts: ProvingParts, door: LogDoor): Router {
  const { reader, keys, now } = parts;
  const known = { checkpoint: keys.checkpoint.verifierKey, receipts: keys.receipts.verifierKey };
  const agreementFiles = (policies: string, sha256: string) =>
    agreementText(policies, sha256, (kind, key) => reader.fact(kind, key));
  return Router({ caseSensitive: true, strict: true })
    .use(logTiles(door, reader))
    .use(
      logProofs({
        ...{ door, reader },
        findLeaf: async (leafHash) => findLeafHash(reader, leafHash, (await reader.state()).size),
        evidence: (sees, exchanges, open) =>
          evidenceOf(exchanges, open, {
            ...{ reader, sees, now, agreementFiles },
            ...{ keys: known, openRow: rowOpener(keys) },
          }),
      }),
    );
}

function doorOf(
  readers: LogReaders,
  whoReads: (authorization: string | undefined) => Promise<Reader | ReaderRefused>,
): LogDoor {
  return async (authorization) => {
    const reader = await whoReads(authorization);
    if ('refused' in reader) return turnedAway(reader, authorization);
    return {
      sees: reader.sees,
      record: (facts) =>
        readers.recordedReading(reader, { kind: 'read', members: { ...facts } }, () => undefined),
    };
  };
}

const TOO_MANY: TurnedAway = {
  turned: 'too-many-refusals',
  why: 'Too many requests from this address proved nobody: wait a minute, and send an access token.',
};

function turnedAway({ status, refused }: ReaderRefused, authorization: string | undefined): TurnedAway {
  if (status === 403) return { turned: 'log-not-yours', why: refused };
  return { turned: authorization === undefined ? 'credentials-missing' : 'token-invalid', why: refused };
}

/** Words that were erased, or whose key is gone, are none; what is committed to stays covered then. */
function rowOpener({ sealing, olderSealing }: KeyRing): OpenRow {
  const keys = new Map([...olderSealing, sealing.sealing].map((key) => [key.id, key]));
  return ({ sealed, leaf }) => {
    if (sealed === undefined) return undefined;
    const row = readSealedRow(sealed);
    const known = row.text !== undefined && keys.has(row.text.sealingKey);
    const words = known
      ? openSealedRow(row, JSON.parse(Buffer.from(leaf).toString()), (id) => keys.get(id))
      : undefined;
    return { row, words };
  };
}
