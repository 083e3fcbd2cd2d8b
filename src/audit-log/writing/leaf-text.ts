/** Renders the leaf of version 1 (docs/formats/leaf.md): canonical JSON (RFC 8785) put together from quoted pieces. */
import type { EntryDraft, ExchangeFacts, ExchangeResult } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { instantText } from './instant-text.ts';
import type { LogPlace } from './log-place.ts';

/** The salted commitments of one entry, as they stand in its leaf; undefined where there is nothing to commit to. */
export interface LeafCommitments {
  person: string | undefined;
  token: string | undefined;
  caseReference: string | undefined;
  body: string | undefined;
  asked: SubjectsRoot | undefined;
  subjects: SubjectsRoot | undefined;
}

export interface SubjectsRoot {
  readonly count: number;
  /** Standard base64. */
  readonly root: string;
}

/** A leaf around its `seq`, which only the writer knows: `head + seq + tail` is the leaf. */
export interface LeafText {
  readonly head: string;
  readonly tail: string;
}

/** Renders leaves for one place of writing; remembers what stays the same from exchange to exchange. */
export class LeafRenderer {
  readonly #epoch: string;
  readonly #instance: string;
  readonly #log: string;
  readonly #quotes = new Quotes();
  readonly #standing = new Map<string, StandingText>();

  constructor(place: LogPlace) {
    const quotes = this.#quotes;
    this.#epoch = `"epoch":${quotes.of(place.epoch)},`;
    this.#instance = `"instance":${quotes.of(place.instance)},`;
    this.#log = `"log":${quotes.of(place.origin)},`;
  }

  /**
   * The leaf of one entry of an exchange. Members come in the order of RFC 8785; absent ones are left out.
   *
   * @throws {GatewayError} `internal-error` for a text that canonical JSON cannot write or a number that is not a count.
   */
  render({ kind, facts, result }: EntryDraft, sealed: LeafCommitments): LeafText {
    const standing = this.#standingText(facts);
    const { after, bytes, code, last, fields } = result;
    let head = after === undefined ? '{' : `{"after":${this.#quotes.of(after)},`;
    head += standing.agreement;
    if (sealed.asked !== undefined) head += `"asked":${subjectsText(sealed.asked)},`;
    head += `"at":"${instantText(facts.atMs)}",${standing.auth}`;
    if (facts.auth !== undefined) head += sealed.token === undefined ? '},' : `,"token":"${sealed.token}"},`;
    head += standing.basis;
    if (sealed.body !== undefined) head += `"body":"${sealed.body}",`;
    if (bytes !== undefined) head += `"bytes":${whole(bytes)},`;
    if (sealed.caseReference !== undefined) head += `"case":"${sealed.caseReference}",`;
    if (code !== undefined) head += `"code":${this.#quotes.of(code)},`;
    head += `${standing.consumerToEpoch}"exchange":"${uuid(facts.exchange)}",`;
    if (fields !== undefined) head += `"fields":${this.#quotes.list(fields)},`;
    head += `${this.#instance}"kind":"${kind}",`;
    if (last !== undefined) head += `"last":${last},`;
    head += standing.logToOperation;
    return { head: head + tillSeq(standing, result, sealed), tail: tail(standing, result, sealed) };
  }

  /** Written once for each combination of facts that comes up; those that share a place take turns. */
  #standingText(facts: ExchangeFacts): StandingText {
    const place = `${facts.agreement?.id} ${facts.operation} ${facts.system} ${facts.role} ${facts.reason}`;
    const known = this.#standing.get(place);
    if (known !== undefined && sameFacts(known.facts, facts)) return known;
    const text = this.#write(facts);
    if (this.#standing.size >= MOST_REMEMBERED) this.#standing.clear();
    this.#standing.set(place, text);
    return text;
  }

  #write(facts: ExchangeFacts): StandingText {
    const quotes = this.#quotes;
    const { agreement, auth, basis, special, assurance, lookups } = facts;
    const member = (name: string, text: string | undefined): string =>
      text === undefined ? '' : `"${name}":${quotes.of(text)},`;
    return {
      facts: { ...facts, lookups: lookups?.slice(), special: special?.slice() },
      agreement:
        agreement === undefined
          ? ''
          : `"agreement":{${member('id', agreement.id)}${member('sha256', agreement.sha256)}"version":${whole(agreement.version)}},`,
      auth:
        auth === undefined
          ? ''
          : `"auth":{${member('issuer', auth.issuer)}${member('method', auth.method)}"second_factor":${auth.secondFactor}`,
      basis:
        basis === undefined
          ? ''
          : `"basis":{${member('consumer', basis.consumer)}"provider":${quotes.of(basis.provider)}},`,
      consumerToEpoch: `${member('consumer', facts.consumer)}${member('dataset', facts.dataset)}"emergency":${facts.emergency},${this.#epoch}`,
      logToOperation: `${this.#log}${lookups === undefined ? '' : `"lookups":${quotes.list(lookups)},`}${member('operation', facts.operation)}`,
      person: assurance === undefined ? undefined : `"person":{"assurance":"${assurance}","c":"`,
      policiesToReason: `${member('policies', facts.policies)}${member('provider', facts.provider)}${member('purpose', facts.purpose)}${member('reason', facts.reason)}`,
      role: member('role', facts.role),
      special: special === undefined ? '' : `,"special":${quotes.list(special)}`,
      system: facts.system === undefined ? '' : `,"system":${quotes.of(facts.system)}`,
    };
  }
}

/** The members that hang on who asks what under which agreement alone, as neighbours stand in a leaf. */
interface StandingText {
  readonly facts: ExchangeFacts;
  readonly agreement: string;
  /** Without its end: the token may follow. */
  readonly auth: string;
  readonly basis: string;
  readonly consumerToEpoch: string;
  readonly logToOperation: string;
  /** Before the commitment; undefined where no person is known. */
  readonly person: string | undefined;
  readonly policiesToReason: string;
  readonly role: string;
  readonly special: string;
  readonly system: string;
}

function tillSeq(standing: StandingText, result: ExchangeResult, sealed: LeafCommitments): string {
  const { part, records, sent } = result;
  let text = part === undefined ? '' : `"part":${whole(part)},`;
  if (sealed.person !== undefined && standing.person !== undefined)
    text += `${standing.person}${sealed.person}"},`;
  text += standing.policiesToReason;
  if (records !== undefined) text += `"records":${whole(records)},`;
  text += standing.role;
  if (sent !== undefined) text += `"sent":"${leafHashText(sent)}",`;
  return `${text}"seq":`;
}

function tail(standing: StandingText, result: ExchangeResult, sealed: LeafCommitments): string {
  const { status, upstream, withheld } = result;
  let text = standing.special;
  if (status !== undefined) text += `,"status":${whole(status)}`;
  if (sealed.subjects !== undefined) text += `,"subjects":${subjectsText(sealed.subjects)}`;
  text += standing.system;
  if (upstream !== undefined) text += `,"upstream":{${upstreamText(upstream)}}`;
  return withheld === undefined ? `${text},"v":1}` : `${text},"v":1,"withheld":${whole(withheld)}}`;
}

function upstreamText({ attempts, ms, status }: NonNullable<ExchangeResult['upstream']>): string {
  // As nearly all say it.
  if (attempts === undefined && ms !== undefined && status !== undefined)
    return `"ms":${whole(ms)},"status":${whole(status)}`;
  const members = Object.entries({ attempts, ms, status });
  return members
    .flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${whole(value)}`]))
    .join(',');
}

/** True where two exchanges have all but their identifier and their instant in common. */
function sameFacts(one: ExchangeFacts, other: ExchangeFacts): boolean {
  return (
    one.provider === other.provider &&
    one.consumer === other.consumer &&
    one.system === other.system &&
    one.role === other.role &&
    one.assurance === other.assurance &&
    one.policies === other.policies &&
    one.purpose === other.purpose &&
    one.reason === other.reason &&
    one.emergency === other.emergency &&
    one.dataset === other.dataset &&
    one.operation === other.operation &&
    one.agreement?.id === other.agreement?.id &&
    one.agreement?.version === other.agreement?.version &&
    one.agreement?.sha256 === other.agreement?.sha256 &&
    one.auth?.issuer === other.auth?.issuer &&
    one.auth?.method === other.auth?.method &&
    one.auth?.secondFactor === other.auth?.secondFactor &&
    one.basis?.provider === other.basis?.provider &&
    one.basis?.consumer === other.basis?.consumer &&
    sameNames(one.special, other.special) &&
    sameNames(one.lookups, other.lookups)
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LEAF_HASH = /^[A-Za-z0-9+/]{43}=$/;

function uuid(text: string): string {
  if (!UUID.test(text)) throw unwritable();
  return text;
}

function leafHashText(text: string): string {
  if (!LEAF_HASH.test(text)) throw unwritable();
  return text;
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw unwritable();
  return value;
}

function subjectsText({ count, root }: SubjectsRoot): string {
  return `{"count":${count},"root":"${root}"}`;
}

function unwritable(): GatewayError {
  return new GatewayError('internal-error', 'a member of the entry has not the shape that the leaf needs');
}

const MOST_REMEMBERED = 4096;
const LONGEST_TEXT = 1024;

/** Texts of closed sets, checked and quoted once each. */
class Quotes {
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, { readonly names: readonly string[]; readonly text: string }>();

  of(text: string): string {
    return this.#texts.get(text) ?? this.#quote(text);
  }

  /** A list by its elements; lists with the same ends share one place, and the last one written keeps it. */
  list(names: readonly string[]): string {
    if (names.length === 0) return '[]';
    const place = `${names.length} ${names[0]} ${names[names.length - 1]}`;
    const known = this.#lists.get(place);
    if (known !== undefined && sameNames(known.names, names)) return known.text;
    const text = `[${names.map((name) => this.of(name)).join(',')}]`;
    if (this.#lists.size >= MOST_REMEMBERED) this.#lists.clear();
    this.#lists.set(place, { names: names.slice(), text });
    return text;
  }

  #quote(text: string): string {
    if (text === '' || text.length > LONGEST_TEXT || !text.isWellFormed()) throw unwritable();
    const quoted = JSON.stringify(text);
    if (this.#texts.size >= MOST_REMEMBERED) this.#texts.clear();
    this.#texts.set(text, quoted);
    return quoted;
  }
}

function sameNames(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === undefined || others === undefined) return some === others;
  for (let at = 0; at < others.length; at += 1) if (some[at] !== others[at]) return false;
  return some.length === others.length;
}
