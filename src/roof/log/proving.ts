/** What the running gateway proves to others: tiles, proofs, evidence and each party's own entries, behind the door of the log. */
import { Router } from 'express';
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { linesOfEntries } from '../../audit-log/proving/entry-lines.ts';
import { evidenceOf } from '../../audit-log/proving/evidence.ts';
import type { OpenRow } from '../../audit-log/proving/evidence-openings.ts';
import { findLeafHash } from '../../audit-log/proving/leaf-index.ts';
import { openSealedRow, readSealedRow } from '../../audit-log/sealing/sealed-row.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Authenticator, Credentials, NotProved } from '../../exchange/ports.ts';
import { type LogDoor, type LogReading, NotRead, type TurnedAway } from '../../http/log-door.ts';
import { logExport, type PageOfLines } from '../../http/log-export.ts';
import { type LogProofsParts, logProofs } from '../../http/log-proofs.ts';
import { logTiles } from '../../http/log-tiles.ts';
import { partyLog } from '../../http/party-log.ts';
import { agreementText } from '../policies/agreement-texts.ts';
import type { LogAnswering } from './log-question.ts';
import type { LogReaders, Reader, ReaderRefused } from './log-readers.ts';
import { ProofUsedBefore, turnedAwayOf } from './turned-away.ts';

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
  readonly heldBack: (caller: Caller | NotProved, address: string) => TurnedAway | undefined;
  readonly authenticator: Authenticator;
  /** Public address of the RFC 9728 document. */
  readonly resourceMetadata: string;
}

/** Routes of the consumers' port, under `/log`: nobody reads without a token. */
export function provingForConsumers(parts: ProvingParts, port: OpenPort): Router {
  const { heldBack, authenticator, resourceMetadata } = port;
  // INVARIANT: whoever may not read cannot fill the log: a refused reading is an entry, so floods of them are counted instead.
  const door: LogDoor = async (credentials, address) => {
    const caller = await authenticator.authenticate(credentials);
    const held = heldBack(caller, address);
    if (held !== undefined) return held;
    const reader = await parts.readers.provedReader(caller);
    const reading = readingOf(reader, credentials, parts.readers);
    if ('refused' in caller) return turnedAwayOf(caller, resourceMetadata);
    return 'turned' in reading ? reading : showingOnce(reading, caller, resourceMetadata);
  };
  return routes(parts, door).use(partyLog(door, parts.reader));
}

/** Routes of the operations port, under `/log`. */
export function provingForOperations(parts: ProvingParts): Router {
  const door: LogDoor = async (credentials) =>
    readingOf(await parts.readers.reader(credentials), credentials, parts.readers);
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

/** A reading whose proof counts once, and whose reader may be due a fresh nonce. */
function showingOnce(reading: LogReading, { proof }: Caller, resourceMetadata: string): LogReading {
  if (proof === undefined) return reading;
  return {
    ...reading,
    nonce: proof.freshNonce,
    record: (facts) =>
      reading.record(facts).catch((error: unknown) => {
        if (!(error instanceof ProofUsedBefore)) throw error;
        throw new NotRead(turnedAwayOf({ refused: 'proof-used', scheme: 'DPoP' }, resourceMetadata));
      }),
  };
}

function readingOf(
  reader: Reader | ReaderRefused,
  credentials: Credentials,
  readers: LogReaders,
): LogReading | TurnedAway {
  if ('refused' in reader) return turnedAway(reader, credentials);
  return {
    sees: reader.sees,
    record: (facts) =>
      readers.recordedReading(reader, { kind: 'read', members: { ...facts } }, () => undefined),
  };
}

export const TOO_MANY_UNPROVED: TurnedAway = {
  turned: 'too-many-refusals',
  why: 'Too many requests from this address proved nobody: wait a minute, and send an access token.',
  retryAfterSeconds: 60,
};

export const TOO_MANY_ASKED: TurnedAway = {
  turned: 'too-many-requests',
  why: 'This system asks more often than it may: ask more slowly.',
};

export const TOO_MANY_REFUSED: TurnedAway = {
  turned: 'refusal-quota-reached',
  why: 'Too many requests of this organisation were refused in this hour: use a system or a role that may read the log.',
};

function turnedAway({ status, refused }: ReaderRefused, { authorization }: Credentials): TurnedAway {
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
