/** Renders the leaf of version 1 (docs/formats/leaf.md): canonical JSON (RFC 8785) put together from quoted pieces. */
import type { EntryDraft, ExchangeFacts, ExchangeResult } from '../domain/audit-entry.ts';
import { GatewayError } from '../domain/gateway-error.ts';
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

/** Renders leaves for one place of writing; remembers how closed-set texts are quoted. */
export class LeafRenderer {
  readonly #epoch: string;
  readonly #instance: string;
  readonly #log: string;
  readonly #quotes = new Quotes();

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
    const { agreement, basis } = facts;
    const quotes = this.#quotes;
    let head = '{';
    if (result.after !== undefined) head += `"after":${quotes.of(result.after)},`;
    if (agreement !== undefined)
      head += `"agreement":{"id":${quotes.of(agreement.id)},"sha256":${quotes.of(agreement.sha256)},"version":${whole(agreement.version)}},`;
    if (sealed.asked !== undefined) head += `"asked":${subjectsText(sealed.asked)},`;
    head += `"at":"${instantText(facts.atMs)}",`;
    if (facts.auth !== undefined) head += this.#auth(facts.auth, sealed.token);
    if (basis !== undefined)
      head += `"basis":{"consumer":${quotes.of(basis.consumer)},"provider":${quotes.of(basis.provider)}},`;
    if (sealed.body !== undefined) head += `"body":"${sealed.body}",`;
    if (result.bytes !== undefined) head += `"bytes":${whole(result.bytes)},`;
    if (sealed.caseReference !== undefined) head += `"case":"${sealed.caseReference}",`;
    if (result.code !== undefined) head += `"code":${quotes.of(result.code)},`;
    head += this.#middle(kind, facts, result);
    return { head: head + this.#tillSeq(facts, result, sealed), tail: this.#tail(facts, result, sealed) };
  }

  #auth(auth: NonNullable<ExchangeFacts['auth']>, token: string | undefined): string {
    const { issuer, method, secondFactor } = auth;
    const end = token === undefined ? '},' : `,"token":"${token}"},`;
    return `"auth":{"issuer":${this.#quotes.of(issuer)},"method":${this.#quotes.of(method)},"second_factor":${secondFactor}${end}`;
  }

  #middle(kind: string, facts: ExchangeFacts, result: ExchangeResult): string {
    const quotes = this.#quotes;
    let text = facts.consumer === undefined ? '' : `"consumer":${quotes.of(facts.consumer)},`;
    if (facts.dataset !== undefined) text += `"dataset":${quotes.of(facts.dataset)},`;
    text += `"emergency":${facts.emergency},${this.#epoch}"exchange":"${uuid(facts.exchange)}",`;
    if (result.fields !== undefined) text += `"fields":${quotes.list(result.fields)},`;
    text += `${this.#instance}"kind":"${kind}",`;
    if (result.last !== undefined) text += `"last":${result.last},`;
    text += this.#log;
    if (facts.lookups !== undefined) text += `"lookups":${quotes.list(facts.lookups)},`;
    if (facts.operation !== undefined) text += `"operation":${quotes.of(facts.operation)},`;
    return text;
  }

  #tillSeq(facts: ExchangeFacts, result: ExchangeResult, sealed: LeafCommitments): string {
    const quotes = this.#quotes;
    let text = result.part === undefined ? '' : `"part":${whole(result.part)},`;
    if (sealed.person !== undefined && facts.assurance !== undefined)
      text += `"person":{"assurance":"${facts.assurance}","c":"${sealed.person}"},`;
    if (facts.policies !== undefined) text += `"policies":${quotes.of(facts.policies)},`;
    if (facts.provider !== undefined) text += `"provider":${quotes.of(facts.provider)},`;
    if (facts.purpose !== undefined) text += `"purpose":${quotes.of(facts.purpose)},`;
    if (facts.reason !== undefined) text += `"reason":${quotes.of(facts.reason)},`;
    if (result.records !== undefined) text += `"records":${whole(result.records)},`;
    if (facts.role !== undefined) text += `"role":${quotes.of(facts.role)},`;
    if (result.sent !== undefined) text += `"sent":"${leafHashText(result.sent)}",`;
    return `${text}"seq":`;
  }

  #tail(facts: ExchangeFacts, result: ExchangeResult, sealed: LeafCommitments): string {
    let text = facts.special === undefined ? '' : `,"special":${this.#quotes.list(facts.special)}`;
    if (result.status !== undefined) text += `,"status":${whole(result.status)}`;
    if (sealed.subjects !== undefined) text += `,"subjects":${subjectsText(sealed.subjects)}`;
    if (facts.system !== undefined) text += `,"system":${this.#quotes.of(facts.system)}`;
    const { upstream } = result;
    if (upstream !== undefined)
      text += `,"upstream":{"ms":${whole(upstream.ms)},"status":${whole(upstream.status)}}`;
    return result.withheld === undefined
      ? `${text},"v":1}`
      : `${text},"v":1,"withheld":${whole(result.withheld)}}`;
  }
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

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  for (let at = 0; at < others.length; at += 1) if (some[at] !== others[at]) return false;
  return some.length === others.length;
}
