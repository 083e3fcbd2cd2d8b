/** Keeps the log countersigned outside: hands each newest checkpoint to the witnesses and keeps what they cosigned. */
import {
  formatSignedNote,
  NoteError,
  type NoteSignature,
  parseSignedNote,
  type VerifierKey,
} from '../../merkle/signed-note.ts';
import type { PolicyWitness, WitnessPolicy } from '../../merkle/witness-policy.ts';
import type { HeadFile, LogReader } from '../ports.ts';
import { newestCheckpoint, type SignedCheckpoint } from '../proving/proofs.ts';
import { askWitness, type WitnessLine } from './witness-asking.ts';
import type { WitnessBound } from './witness-bound.ts';
import { type Countersigned, countersignedInWords, openCountersigned } from './witness-countersigned.ts';
import { PATIENCE, type Patience, WitnessStanding } from './witness-standing.ts';

/** What the log and the operator are told. Resolves once the log says it; what rejects is told again later. */
export interface WitnessNews {
  lost(witness: string, why: string): Promise<void>;
  back(witness: string): Promise<void>;
  /** INVARIANT: the log signs nothing any more from this call on. `known` is the size that the witness cosigned. */
  forked(witness: PolicyWitness, known: number, why: string, served: string | undefined): Promise<void>;
  /** Something went wrong that is no witness's doing. */
  failed(why: string): void;
}

export interface WitnessingOptions {
  readonly policy: WitnessPolicy;
  /** The log's key for checkpoints. */
  readonly logKey: VerifierKey;
  readonly reader: Pick<LogReader, 'state' | 'entries' | 'checkpoint' | 'hashAt'>;
  readonly lineTo: (witness: PolicyWitness) => WitnessLine;
  /** The newest checkpoint that enough witnesses cosigned, apart from the store. */
  readonly kept: HeadFile;
  readonly news: WitnessNews;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Told since when entries stand without countersignature. */
  readonly bound: WitnessBound;
  /** Milliseconds between looks for a newer checkpoint. */
  readonly everyMs?: number;
  readonly patience?: Patience;
}

const EVERY_MS = 1000;

interface Member {
  readonly witness: PolicyWitness;
  readonly line: WitnessLine;
  readonly standing: WitnessStanding;
}

/** The checkpoint that is being cosigned, and by whom it was so far. */
interface Gathering {
  readonly signed: SignedCheckpoint;
  readonly cosignatures: Map<string, readonly NoteSignature[]>;
}

/** At most one request is under way to each witness; the newest checkpoint wins. Exchanges never wait for any of it. */
export class Witnessing {
  readonly #options: WitnessingOptions;
  readonly #members: readonly Member[];
  #gathering: Gathering | undefined;
  /** What the file holds; the note in memory may be newer where the file could not be written. */
  #keptNote: string | undefined;
  #cosignedNote: string | undefined;
  #countersigned: Countersigned | undefined;
  #entries = 0;
  #forked = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: WitnessingOptions) {
    const { policy, lineTo, kept, patience } = options;
    this.#options = options;
    this.#members = policy.witnesses.map((witness) => ({
      witness,
      line: lineTo(witness),
      standing: new WitnessStanding(patience ?? PATIENCE),
    }));
    this.#keptNote = kept.read();
    this.#cosignedNote = this.#keptNote;
    if (this.#keptNote !== undefined) this.#countersigned = this.#open(this.#keptNote);
  }

  /** Asks all witnesses once, so that a log that was taken back is found before it is used, and goes on in the background. */
  async start(): Promise<void> {
    await this.round();
    this.#wait();
  }

  /** Asks for nothing more; resolves when no request is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  get countersigned(): Countersigned | undefined {
    return this.#countersigned;
  }

  /** The note of that checkpoint with all cosignatures that are known. */
  cosigned(): { readonly note: string; readonly size: number } | undefined {
    const size = this.#countersigned?.checkpoint.size;
    if (this.#cosignedNote === undefined || size === undefined) return undefined;
    return { note: this.#cosignedNote, size };
  }

  /** How far the log is countersigned, in one sentence. */
  inWords(): string {
    return countersignedInWords(this.#countersigned, this.#entries, this.#options.bound.sinceMs);
  }

  /** Names of the witnesses that are lost. */
  lost(): readonly string[] {
    return this.#members.flatMap(({ witness, standing }) => (standing.isLost ? [witness.name] : []));
  }

  /** What is not as it should be, a sentence each. */
  attention(): readonly string[] {
    const lost = this.#members.filter(({ standing }) => standing.isLost);
    const said = lost.map(
      ({ witness, standing }) => `the witness ${witness.name} does not cosign: ${standing.why}`,
    );
    if (this.#cosignedNote !== this.#keptNote)
      said.push('the cosigned checkpoint cannot be kept: look at the disk of COSIGNED_FILE');
    return said;
  }

  /** Asks every witness that is due for the newest checkpoint. Never rejects. */
  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #wait(): void {
    if (this.#stopped || this.#forked) return;
    this.#timer = setTimeout(() => {
      void this.round().then(() => this.#wait());
    }, this.#options.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    try {
      const newest = await newestCheckpoint(this.#options.reader);
      if (newest !== undefined) await this.#gather(newest);
      await this.#measure();
    } catch (error) {
      this.#options.news.failed(error instanceof Error ? error.message : 'something else was thrown');
    }
  }

  async #gather(newest: SignedCheckpoint): Promise<void> {
    if (this.#gathering?.signed.checkpoint.size !== newest.checkpoint.size)
      this.#gathering = { signed: newest, cosignatures: new Map() };
    const gathering = this.#gathering;
    const nowMs = this.#options.now();
    const due = this.#members.filter(
      ({ witness, standing }) => standing.isDue(nowMs) && !gathering.cosignatures.has(witness.name),
    );
    await Promise.all(due.map((member) => this.#ask(member, gathering)));
  }

  async #ask(member: Member, gathering: Gathering): Promise<void> {
    const { witness, line, standing } = member;
    const { reader, now } = this.#options;
    const asked = { key: witness.key, line, known: standing.known };
    const answered = await askWitness(asked, gathering.signed, reader, now);
    if (this.#stopped) return;
    if (answered.kind === 'cosigned') {
      standing.cosigned(gathering.signed.checkpoint.size);
      gathering.cosignatures.set(witness.name, answered.signatures);
      this.#keep(gathering);
    } else if (answered.kind === 'failed') standing.failed(answered.why, now());
    else if (answered.kind === 'contradicts') await this.#fork(member, answered.known, CONTRADICTS);
    else await this.#ahead(member, answered.known);
    await this.#tell(member);
  }

  /** Another instance of this gateway may have handed a newer checkpoint of the same store to the witness. */
  async #ahead(member: Member, known: number): Promise<void> {
    const newest = await newestCheckpoint(this.#options.reader);
    if (newest !== undefined && newest.checkpoint.size >= known) member.standing.known = known;
    else await this.#fork(member, known, AHEAD);
  }

  async #fork({ witness, line, standing }: Member, known: number, why: string): Promise<void> {
    standing.failed(why, this.#options.now());
    if (this.#forked) return;
    this.#forked = true;
    await this.#options.news.forked(witness, known, why, await line.served());
  }

  /** An entry says that a witness is lost, or back: once each time. */
  async #tell({ witness, standing }: Member): Promise<void> {
    const is = standing.isLost ? 'lost' : 'there';
    if (standing.told === is || this.#forked) return;
    const { news } = this.#options;
    try {
      await (is === 'lost' ? news.lost(witness.name, standing.why ?? '') : news.back(witness.name));
      standing.told = is;
    } catch (error) {
      news.failed(error instanceof Error ? error.message : 'an entry could not be written');
    }
  }

  /** What the note shows; nothing where it is not in order: then the next one that is cosigned takes its place. */
  #open(note: string): Countersigned | undefined {
    const { logKey, policy, news } = this.#options;
    try {
      return openCountersigned(note, logKey, policy);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      news.failed(`the kept cosigned checkpoint is not in order: ${error.message}`);
      return undefined;
    }
  }

  #keep({ signed, cosignatures }: Gathering): void {
    const { kept, news } = this.#options;
    const { text, signatures } = parseSignedNote(signed.note);
    const note = formatSignedNote(text, [...signatures, ...[...cosignatures.values()].flat()]);
    const countersigned = this.#open(note);
    if (countersigned === undefined) return;
    if (countersigned.checkpoint.size < (this.#countersigned?.checkpoint.size ?? 0)) return;
    this.#countersigned = countersigned;
    this.#cosignedNote = note;
    try {
      kept.replace(this.#keptNote, note);
      this.#keptNote = note;
    } catch (error) {
      news.failed(error instanceof Error ? error.message : 'the cosigned checkpoint could not be kept');
    }
  }

  async #measure(): Promise<void> {
    const { reader, bound } = this.#options;
    const covered = this.#countersigned?.checkpoint.size ?? 0;
    const { size } = await reader.state();
    const [first] = size > covered ? await reader.entries(covered, 1) : [];
    this.#entries = size;
    bound.note(first?.atMs);
  }
}

const CONTRADICTS = 'it cosigned another history of this log';
const AHEAD = 'it cosigned more entries of this log than there are';
