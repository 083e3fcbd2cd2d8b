/** The policy sets that a log keeps: the one in force last, and older ones as they were, each opened once. */
import { readPolicySet, type Trust } from '../../adapters/policies/policy-folder.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { PolicyMistakes } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { ReportPolicies } from '../../governance/reports/report-exchange.ts';
import { newestKeptSet, openKeptSet } from './kept-policies.ts';

const MOST_REMEMBERED = 64;

export class PoliciesOfTheLog {
  readonly #log: Pick<LogReader, 'fact'>;
  readonly #trust: () => Trust;
  readonly #opened = new Map<string, PolicySet | undefined>();

  /** @param trust whose signatures count: they say which version of an agreement has taken the place of older ones. */
  constructor(log: Pick<LogReader, 'fact'>, trust: () => Trust) {
    this.#log = log;
    this.#trust = trust;
  }

  /** The set in force last, and these older ones. A set that is not kept, or cannot be read any more, is undefined. */
  async open(hashes: Iterable<string>): Promise<ReportPolicies> {
    const newest = await newestKeptSet((kind, key) => this.#log.fact(kind, key));
    const current = newest === undefined ? undefined : await this.#current(newest);
    const older = new Map<string, PolicySet | undefined>();
    for (const sha256 of hashes)
      older.set(sha256, sha256 === newest ? current : await this.#remembered(sha256, sha256, undefined));
    return { current, asItWas: (sha256) => older.get(sha256) };
  }

  /** Which signatures count can change without the files. */
  #current(sha256: string): Promise<PolicySet | undefined> {
    const trust = this.#trust();
    const pins = [...trust.pins].map(([organisation, keys]) => [organisation, [...keys]]);
    return this.#remembered(`${sha256} ${JSON.stringify(pins)}`, sha256, trust);
  }

  async #remembered(key: string, sha256: string, trust: Trust | undefined): Promise<PolicySet | undefined> {
    if (!this.#opened.has(key)) {
      const [oldest] = this.#opened.keys();
      if (this.#opened.size >= MOST_REMEMBERED && oldest !== undefined) this.#opened.delete(oldest);
      this.#opened.set(key, await this.#read(sha256, trust));
    }
    return this.#opened.get(key);
  }

  async #read(sha256: string, trust: Trust | undefined): Promise<PolicySet | undefined> {
    try {
      const files = await openKeptSet(sha256, (kind, key) => this.#log.fact(kind, key));
      return (await readPolicySet(files, trust)).policies;
    } catch (error) {
      if (error instanceof PolicyMistakes) return undefined;
      if (error instanceof GatewayError && error.code === 'policies-unavailable') return undefined;
      throw error;
    }
  }
}
