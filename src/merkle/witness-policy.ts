/** Witness policies (C2SP tlog-policy): the logs and witnesses that are known, and which cosignatures are enough. */
import { type CosignerKey, parseCosignerKey } from './cosignature.ts';
import { NoteError, parseVerifierKey, type VerifierKey } from './signed-note.ts';

export interface PolicyWitness {
  /** Means something inside the policy only. */
  readonly name: string;
  readonly key: CosignerKey;
  /** Where it takes checkpoints: its submission prefix, without a slash at the end. */
  readonly url: string | undefined;
}

/** Met by one witness, or by at least `least` of several rules; by no witness at all where `least` is 0. */
export type QuorumRule =
  | { readonly witness: string }
  | { readonly least: number; readonly of: readonly QuorumRule[] };

export interface WitnessPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: QuorumRule;
}

/** The file is not a policy. The message names the line, what is wrong there and what to write. */
export class WitnessPolicyError extends Error {
  override readonly name = 'WitnessPolicyError';
}

const MOST_LINES = 1000;
const NONE = 'none';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the format names them, to refuse them
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const COUNT = /^[1-9][0-9]{0,3}$/;

/** @throws {WitnessPolicyError} for the first line that is not in order. */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  const reader = new PolicyReader();
  const lines = text.split('\n');
  if (lines.length > MOST_LINES) throw new WitnessPolicyError('the policy is too long');
  lines.forEach((line, at) => {
    try {
      reader.read(line);
    } catch (error) {
      if (!(error instanceof WitnessPolicyError || error instanceof NoteError)) throw error;
      throw new WitnessPolicyError(`line ${at + 1}: ${error.message}`);
    }
  });
  return reader.policy();
}

/** True where these witnesses, by their names in the policy, are enough. */
export function isQuorum(rule: QuorumRule, cosigned: ReadonlySet<string>): boolean {
  if ('witness' in rule) return cosigned.has(rule.witness);
  return rule.of.filter((one) => isQuorum(one, cosigned)).length >= rule.least;
}

class PolicyReader {
  readonly #logs: VerifierKey[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #rules = new Map<string, QuorumRule>();
  /** Names that are a member of a group already. */
  readonly #members = new Set<string>();
  readonly #orders = new Map<string, (words: readonly string[]) => void>([
    ['log', (words) => this.#log(words)],
    ['witness', (words) => this.#witness(words)],
    ['group', (words) => this.#group(words)],
    ['quorum', (words) => this.#readQuorum(words)],
  ]);
  #quorum: QuorumRule | undefined;

  read(line: string): void {
    if (CONTROL.test(line)) throw new WitnessPolicyError('it holds a control character');
    const [order, ...words] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (order === undefined || order.startsWith('#')) return;
    const read = this.#orders.get(order);
    if (read === undefined)
      throw new WitnessPolicyError('it does not begin with log, witness, group, quorum or #');
    read(words);
  }

  policy(): WitnessPolicy {
    if (this.#quorum === undefined)
      throw new WitnessPolicyError('the policy has no line `quorum`: write `quorum` and the name of a group');
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum };
  }

  #log([text, url, ...rest]: readonly string[]): void {
    if (text === undefined || rest.length > 0)
      throw new WitnessPolicyError('write `log`, the verifier key, and an address if there is one');
    const key = parseVerifierKey(text);
    checkNew(key, this.#logs, 'log');
    if (url !== undefined) address(url);
    this.#logs.push(key);
  }

  #witness([name, text, url, ...rest]: readonly string[]): void {
    if (name === undefined || text === undefined || rest.length > 0)
      throw new WitnessPolicyError(
        'write `witness`, a name, the verifier key, and an address if there is one',
      );
    const key = parseCosignerKey(text);
    checkNew(
      key,
      this.#witnesses.map((one) => one.key),
      'witness',
    );
    this.#define(name, { witness: name });
    this.#witnesses.push({ name, key, url: url === undefined ? undefined : address(url) });
  }

  #group([name, threshold, ...members]: readonly string[]): void {
    if (name === undefined || threshold === undefined || members.length === 0)
      throw new WitnessPolicyError(
        'write `group`, a name, how many of them (all, any or a number), and their names',
      );
    const of = members.map((member) => this.#member(member));
    this.#define(name, { least: leastOf(threshold, of.length), of });
  }

  #readQuorum([name, ...rest]: readonly string[]): void {
    if (name === undefined || rest.length > 0)
      throw new WitnessPolicyError('write `quorum` and the name of a witness or group, or `none`');
    if (this.#quorum !== undefined) throw new WitnessPolicyError('there is a line `quorum` already');
    this.#quorum = name === NONE ? { least: 0, of: [] } : this.#known(name);
  }

  #define(name: string, rule: QuorumRule): void {
    if (name === NONE || this.#rules.has(name))
      throw new WitnessPolicyError('the name is taken already: choose another');
    this.#rules.set(name, rule);
  }

  #member(name: string): QuorumRule {
    const rule = this.#known(name);
    if (this.#members.has(name))
      throw new WitnessPolicyError('a name is in a group already: each may stand in one group, once');
    this.#members.add(name);
    return rule;
  }

  #known(name: string): QuorumRule {
    const rule = this.#rules.get(name);
    if (rule === undefined)
      throw new WitnessPolicyError('it names a witness or group that no line above defines');
    return rule;
  }
}

function leastOf(threshold: string, members: number): number {
  if (threshold === 'all') return members;
  if (threshold === 'any') return 1;
  const least = COUNT.test(threshold) ? Number(threshold) : 0;
  if (least < 1 || least > members)
    throw new WitnessPolicyError(`how many is all, any, or a number from 1 to ${members}`);
  return least;
}

/** The same public key under two names would count twice. */
function checkNew(
  { publicKey }: { readonly publicKey: Uint8Array },
  known: readonly { readonly publicKey: Uint8Array }[],
  what: string,
): void {
  if (known.some((one) => Buffer.compare(one.publicKey, publicKey) === 0))
    throw new WitnessPolicyError(`another ${what} has the same public key`);
}

function address(text: string): string {
  const url = URL.parse(text);
  const whole = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!whole || url.username !== '' || url.password !== '')
    throw new WitnessPolicyError('the address is not one of http or https without a query');
  return text.replace(/\/+$/, '');
}
