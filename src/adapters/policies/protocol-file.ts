/** Protocol files: the part that many agreements between many organisations share (docs/formats/protocol.md). */
import { sha256Hex } from '../../encoding/sha256.ts';
import { expanded } from './agreement-under-protocol.ts';
import { didYouMean } from './nearest-word.ts';
import type { PolicyDocument } from './policy-document.ts';
import { protocolSchema, underProtocolSchema } from './protocol-schema.ts';
import { readBySchema } from './schema-mistakes.ts';

/** One version of a protocol. */
export interface Protocol {
  readonly id: string;
  readonly version: number;
  /** Ids of the organisations that share under it. */
  readonly between: readonly string[];
  /** SHA-256 of the file's exact bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly document: PolicyDocument;
}

/** Versions by the protocol's id; `undefined` stands for a version whose file has a mistake. */
export type Protocols = ReadonlyMap<string, readonly (Protocol | undefined)[]>;

/** A file of the folder `protocols`, read. */
export interface ProtocolSource {
  readonly document: PolicyDocument;
  readonly bytes: Uint8Array;
}

/** All protocols, after recording in their documents what is wrong. */
export function readProtocols(
  sources: readonly ProtocolSource[],
  organisations: { readonly known: ReadonlySet<string> },
): Protocols {
  const protocols = new Map<string, (Protocol | undefined)[]>();
  for (const { document, bytes } of sources) {
    const file = readBySchema(document, protocolSchema);
    const id = file?.protocol ?? textAt(document.value, 'protocol');
    if (id === undefined) continue;
    const versions = protocols.get(id) ?? [];
    protocols.set(id, versions);
    if (file !== undefined) {
      checkBetween(document, file.between, organisations.known);
      if (versions.some((other) => other?.version === file.version)) {
        const what = `another file describes version ${file.version} of \`${id}\` already`;
        document.mistake(['version'], what, 'give this file the next version');
      }
    }
    const isWhole = file !== undefined && document.mistakes.length === 0;
    versions.push(
      isWhole
        ? { id, version: file.version, between: file.between, sha256: sha256Hex(bytes), document }
        : undefined,
    );
  }
  return protocols;
}

function checkBetween(
  document: PolicyDocument,
  between: readonly string[],
  known: ReadonlySet<string>,
): void {
  if (between.length < 2) {
    document.mistake(['between'], 'a protocol is between at least two organisations', 'name the others');
  }
  for (const [place, id] of between.entries()) {
    if (known.has(id)) continue;
    document.mistake(['between', place], `there is no organisation \`${id}\``, didYouMean(id, known));
  }
}

/** An agreement's file as it is to be read: by itself, or with its protocol. */
export interface AgreementSource {
  readonly document: PolicyDocument;
  /** Over the file's bytes, or over those of both files. */
  readonly sha256: string;
  readonly protocol: string | undefined;
}

/** The agreement's file with its protocol, or undefined after recording in the document what is wrong. */
export function readWithProtocol(
  document: PolicyDocument,
  bytes: Uint8Array,
  protocols: Protocols,
): AgreementSource | undefined {
  const sha256 = sha256Hex(bytes);
  const named = valueAt(document.value, 'under protocol');
  if (named === undefined) return { document, sha256, protocol: undefined };
  const file = readBySchema(document, underProtocolSchema);
  if (file === undefined) return undefined;
  const protocol = findProtocol(document, file['under protocol'], file['protocol version'], protocols);
  if (protocol === undefined) return undefined;
  const whole = expanded(document, protocol.document);
  if (document.mistakes.length > 0) return undefined;
  checkParties(whole, protocol);
  return { document: whole, sha256: sha256OfBoth(protocol.sha256, sha256), protocol: protocol.id };
}

/**
 * SHA-256 of three lines, each ended by a newline: `sharing-protocol/1`, the hash of the protocol's bytes, the hash of the
 * agreement's bytes; all in lower-case hexadecimal.
 */
export function sha256OfBoth(protocol: string, agreement: string): string {
  return sha256Hex(`sharing-protocol/1\n${protocol}\n${agreement}\n`);
}

function findProtocol(
  document: PolicyDocument,
  id: string,
  version: number | undefined,
  protocols: Protocols,
): Protocol | undefined {
  const versions = protocols.get(id);
  if (versions === undefined) {
    document.mistake(['under protocol'], `there is no protocol \`${id}\``, didYouMean(id, protocols.keys()));
    return undefined;
  }
  // A version that is broken itself has its own mistakes; its agreements are not blamed for them.
  if (versions.includes(undefined)) return undefined;
  const whole = versions.filter((one) => one !== undefined);
  if (version === undefined && whole.length > 1) {
    document.mistake(
      ['under protocol'],
      `\`${id}\` has several versions`,
      `add \`protocol version:\` and one of ${whole.map((one) => one.version).join(', ')}`,
    );
    return undefined;
  }
  const found = version === undefined ? whole[0] : whole.find((one) => one.version === version);
  if (found !== undefined) return found;
  document.mistake(
    ['protocol version'],
    `\`${id}\` has no version ${version}`,
    `write one of ${whole.map((one) => one.version).join(', ')}`,
  );
  return undefined;
}

function checkParties(document: PolicyDocument, { id, between }: Protocol): void {
  const who = valueAt(document.value, 'who');
  for (const side of ['shared by', 'shared with']) {
    const party = textAt(who, side);
    if (party === undefined || between.includes(party)) continue;
    document.mistake(
      ['who', side],
      `\`${party}\` is not among the organisations of \`${id}\``,
      didYouMean(party, between),
    );
  }
}

function textAt(value: unknown, key: string): string | undefined {
  const found = valueAt(value, key);
  return typeof found === 'string' ? found : undefined;
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
