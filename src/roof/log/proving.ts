/** What the running gateway proves to others: tiles, proofs, evidence and each party's own entries, behind the door of the log. */
import { Router } from 'express';
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { evidenceOf } from '../../audit-log/proving/evidence.ts';
import type { OpenRow } from '../../audit-log/proving/evidence-openings.ts';
import { findLeafHash } from '../../audit-log/proving/leaf-index.ts';
import { openSealedRow, readSealedRow } from '../../audit-log/sealing/sealed-row.ts';
import type { LogDoor, TurnedAway } from '../../http/log-door.ts';
import { logExport, type PageOfLines } from '../../http/log-export.ts';
import { type LogProofsParts, logProofs } from '../../http/log-proofs.ts';
import { logTiles } from '../../http/log-tiles.ts';
import { linesOfEntries, partyLog } from '../../http/party-log.ts';
import { challenge } from '../../http/www-authenticate.ts';
import { agreementText } from '../policies/agreement-texts.ts';
import type { LogAnswering } from './log-question.ts';
import type { LogReaders, Reader, ReaderRefused } from './log-readers.ts';

export interface ProvingParts {
  readonly readers: LogReaders;
  readonly reader: LogReader;
  readonly keys: KeyRing;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** The thread that reads the log, where there is one: it finds and reads what would hold up exchanges here. */
  readonly questions?: LogAnswering;
}

/** What the consumers' port, which anybody can reach, needs beside. */
export interface OpenPort {
  /**
   * Why a request that would be refused gets no entry about that: its address, or the organisation that it proves, has caused
   * as many as it may. Undefined for every other request.
   */
  readonly heldBack: (authorization: string | undefined, address: string) => Promise<TurnedAway | undefined>;
  /** Public address of the RFC 9728 document. */
  readonly resourceMetadata: string;
}

/** Routes of the consumers' port, under `/log`: nobody reads without a token. */
export function provingForConsumers(parts: ProvingParts, { heldBack, resourceMetadata }: OpenPort): Router {
  const proved = doorOf(parts.readers, (authorization) => parts.readers.provedReader(authorization));
  // INVARIANT: whoever may not read cannot fill the log: a refused reading is an entry, so floods of them are counted instead.
  const door: LogDoor = async (authorization, address) => {
    const held = await heldBack(authorization, address);
    if (held !== undefined) return held;
    const reading = await proved(authorization, address);
    return 'turned' in reading ? { ...reading, challenge: challengeOf(reading, resourceMetadata) } : reading;
  };
  return routes(parts, door).use(partyLog(door, parts.reader));
}

/** Routes of the operations port, under `/log`. */
export function provingForOperations(parts: ProvingParts): Router {
  const door = doorOf(parts.readers, (authorization) => parts.readers.reader(authorization));
  const { reader, questions } = parts;
  const pages: PageOfLines = (asked) => questions?.ask('lines', asked) ?? linesOfEntries(reader, asked);
  return routes(parts, door).use(logExport(door, reader, pages));
}

/** Finds an entry by its leaf hash: by the index, or by looking through the tiles. */
function leafFinder({ reader, questions }: ProvingParts): LogProofsParts['findLeaf'] {
  if (questions !== undefined) return async (leafHash) => (await questions.ask('leaf', { leafHash })).index;
  return oneAtATime(async (leafHash) => findLeafHash(reader, leafHash, (await reader.state()).size));
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
        findLeaf: leafFinder(parts),
        evidence: (sees, exchanges, open) =>
          evidenceOf(exchanges, open, {
            ...{ reader, sees, now, agreementFiles },
            ...{ keys: known, openRow: rowOpener(keys) },
          }),
      }),
    );
}

/** Looking for a hash that is not there reads all of them: however many ask, one reads. */
function oneAtATime<Asked, Found>(find: (asked: Asked) => Promise<Found>): (asked: Asked) => Promise<Found> {
  let last: Promise<unknown> = Promise.resolve();
  return (asked) => {
    const found = last.then(() => find(asked));
    last = found.catch(() => undefined);
    return found;
  };
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

/** How to sign in, for whoever has not (RFC 9110 section 15.5.2). */
function challengeOf({ turned }: TurnedAway, resourceMetadata: string): string | undefined {
  const unproved = turned === 'credentials-missing' || turned === 'token-invalid';
  return unproved ? challenge(turned, undefined, resourceMetadata) : undefined;
}

export const TOO_MANY_UNPROVED: TurnedAway = {
  turned: 'too-many-refusals',
  why: 'Too many requests from this address proved nobody: wait a minute, and send an access token.',
};

export const TOO_MANY_REFUSED: TurnedAway = {
  turned: 'refusal-quota-reached',
  why: 'Too many requests of this organisation were refused in this hour: use a system or a role that may read the log.',
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
