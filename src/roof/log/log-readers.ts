/** Who reads the log: proved by a token or not, what they may see of it, and that nothing is read without an entry saying so. */

import type { SealedNote } from '../../audit-log/sealing/sealed-note.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Caller, ShownProof } from '../../domain/caller.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { Authenticator, Credentials, NotProved } from '../../exchange/ports.ts';
import { RefusedReadings } from './refused-readings.ts';
import { ProofUsedBefore } from './turned-away.ts';

/** Somebody who may read. */
export type Reader = ProvedReader | UnprovedReader;

export interface ProvedReader {
  readonly assurance: 'proved';
  readonly organisation: string;
  readonly role: string | undefined;
  /** The person of the token; of a system's own token the system. */
  readonly person: { readonly issuer: string; readonly id: string };
  /** `all`, or the organisation that must be provider or consumer of what is seen. */
  readonly sees: 'all' | { readonly organisation: string };
  /** What the request showed beside a token that is bound to a key: it counts once, with the reading. */
  readonly proof?: ShownProof;
}

/** Whoever can reach the operations port. */
export interface UnprovedReader {
  readonly assurance: 'unproved';
  /** Who they say they are. */
  readonly stated: string | undefined;
  readonly sees: 'all';
}

/** A plain sentence for whoever may not read; the log says that they tried. */
export interface ReaderRefused {
  readonly status: 401 | 403;
  readonly refused: string;
}

export interface LogReadersParts {
  readonly authenticator: Authenticator;
  readonly policies: () => PolicySet | undefined;
  readonly append: StartedLog['notes']['append'];
  /** The organisation that runs the gateway: its readers see everything. `OPERATOR_ORGANISATION` */
  readonly operatorOrganisation: string | undefined;
  /** True where nobody reads without a token. `LOG_READERS=proved` */
  readonly provedOnly: boolean;
}

/** What the entry of a reading says. */
export interface Reading {
  readonly kind: 'read' | 'report';
  readonly members: NoteMembers;
  /** About whom or which case was asked, and words that a person typed. */
  readonly sealed?: Omit<SealedNote, 'person'> | undefined;
}

const MOST_STATED = 200;

export class LogReaders {
  readonly #parts: LogReadersParts;
  readonly #refused: RefusedReadings;

  constructor(parts: LogReadersParts) {
    this.#parts = parts;
    this.#refused = new RefusedReadings({ append: parts.append });
  }

  /**
   * Who reads. A refusal is an entry before it is returned; of a flood of them, part of the number in one that follows.
   *
   * @param credentials of the request; without an `Authorization` header the reader is unproved.
   * @param stated who an unproved reader says to be.
   * @throws {GatewayError} where the refusal cannot be entered in the log, or the issuer cannot be asked.
   */
  async reader(credentials: Credentials | undefined, stated?: string): Promise<Reader | ReaderRefused> {
    if (credentials?.authorization === undefined) return this.#unproved(stated);
    return this.provedReader(await this.#parts.authenticator.authenticate(credentials));
  }

  /** As `reader`, of a caller that was asked to prove itself before: for a port that others than the operator can reach. */
  async provedReader(caller: Caller | NotProved): Promise<ProvedReader | ReaderRefused> {
    if ('refused' in caller) return this.#refusedToken(caller);
    const role = this.#roleThatReads(caller);
    if (role === undefined && !this.#systemReads(caller)) return this.#refusedCaller(caller);
    return provedReader(caller, role, this.#parts.operatorOrganisation);
  }

  /** True where a proved caller may read, in their own right or as their system; nothing is entered in the log. */
  mayRead(caller: Caller): boolean {
    return this.#roleThatReads(caller) !== undefined || this.#systemReads(caller);
  }

  /**
   * Enters the reading in the log, and only then lets the result out.
   *
   * INVARIANT: reading is recorded before it is released; where the entry cannot be made durable, nothing is.
   *
   * @throws {GatewayError} where the entry cannot be made durable.
   * @throws {ProofUsedBefore} where the reader's proof of possession was used before: the entry says that it was refused.
   */
  async recordedReading<Result>(
    reader: Reader,
    { kind, members, sealed }: Reading,
    release: () => Result | Promise<Result>,
  ): Promise<Result> {
    const all = { ...members, ...membersOf(reader) };
    const once = reader.assurance === 'proved' ? reader.proof : undefined;
    const receipt = await this.#parts.append(kind, all, [], sealedOf(reader, sealed), undefined, once);
    if (once !== undefined && receipt.stored !== 'as drafted') throw new ProofUsedBefore();
    return release();
  }

  async #unproved(stated: string | undefined): Promise<UnprovedReader | ReaderRefused> {
    if (!this.#parts.provedOnly) {
      const name = stated?.slice(0, MOST_STATED);
      return { assurance: 'unproved', stated: name === '' ? undefined : name, sees: 'all' };
    }
    await this.#refused.note();
    return {
      status: 401,
      refused:
        'this log is read with a token only: give one with --token-file, of a system or person that may read it',
    };
  }

  async #refusedToken({ why }: NotProved): Promise<ReaderRefused> {
    await this.#refused.note();
    return { status: 401, refused: `the token proves nobody: ${why}` };
  }

  async #refusedCaller(caller: Caller): Promise<ReaderRefused> {
    const { organisation, roles } = caller;
    const members = { code: 'refused', assurance: 'proved', organisation, role: roles[0] };
    await this.#parts.append('read', members, [], { person: personOf(caller) });
    return {
      status: 403,
      refused:
        `neither this system nor any role of the token may read the log for ${organisation}: the organisation's file names ` +
        'them under `may read the log` and `roles that may read the log`',
    };
  }

  /** A role counts only with the person who has it. */
  #roleThatReads({ organisation, person, roles }: Caller): string | undefined {
    const reading = this.#organisation(organisation)?.logRoles ?? [];
    return person === undefined ? undefined : roles.find((role) => reading.includes(role));
  }

  #systemReads({ organisation, system }: Caller): boolean {
    const systems = this.#organisation(organisation)?.systems ?? [];
    return systems.some(({ id, mayReadLog }) => id === system && mayReadLog === true);
  }

  #organisation(id: string) {
    return this.#parts.policies()?.organisations.get(id);
  }
}

function provedReader(caller: Caller, role: string | undefined, operator: string | undefined): ProvedReader {
  const { organisation } = caller;
  return {
    assurance: 'proved',
    organisation,
    role: role ?? caller.roles[0],
    person: personOf(caller),
    sees: organisation === operator ? 'all' : { organisation },
    ...(caller.proof === undefined ? {} : { proof: caller.proof }),
  };
}

function personOf({ issuer, person, system }: Caller): { issuer: string; id: string } {
  return { issuer, id: person?.id ?? `system ${system}` };
}

function membersOf(reader: Reader): NoteMembers {
  if (reader.assurance === 'unproved') return { assurance: 'unproved' };
  const { assurance, organisation, role } = reader;
  return { assurance, organisation, role };
}

function sealedOf(reader: Reader, sealed: Reading['sealed']): SealedNote | undefined {
  if (reader.assurance === 'proved') return { ...sealed, person: reader.person };
  if (reader.stated === undefined) return sealed;
  return { ...sealed, words: { ...sealed?.words, stated: reader.stated } };
}
