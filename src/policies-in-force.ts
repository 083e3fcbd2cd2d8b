/** The policy set in force: the newest that could be read whole. A later one that cannot changes nothing. */
import { type PolicyMistake, PolicyMistakes } from './domain/policy-mistakes.ts';
import type { PolicySet } from './domain/policy-set.ts';
import type { PolicySource } from './exchange/ports.ts';

export interface PoliciesInForceOptions {
  readonly load: () => Promise<PolicySet>;
  /** Told before a new set is taken up, so that the change is an entry; rejects where it cannot be. */
  readonly onNew: (set: PolicySet) => Promise<unknown>;
  readonly onMistakes: (mistakes: readonly PolicyMistake[]) => void;
}

export class PoliciesInForce implements PolicySource {
  readonly #options: PoliciesInForceOptions;
  #set: PolicySet | undefined;
  #running: Promise<boolean> = Promise.resolve(false);
  /** The reading that has not begun yet, if one waits. */
  #next: Promise<boolean> | undefined;

  constructor(options: PoliciesInForceOptions) {
    this.#options = options;
  }

  current(): PolicySet | undefined {
    return this.#set;
  }

  /**
   * Reads the files again and takes the set up whole, or not at all. Resolves to whether it is in force now. One reading
   * after the other, since an earlier one that ends late would put back what a later one has replaced; one that has not
   * begun yet serves everybody who asks for it.
   */
  reload(): Promise<boolean> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#reload();
    });
    this.#running = this.#next;
    return this.#next;
  }

  async #reload(): Promise<boolean> {
    try {
      const set = await this.#options.load();
      if (set.sha256 === this.#set?.sha256) return true;
      await this.#options.onNew(set);
      this.#set = set;
      return true;
    } catch (error) {
      const unreadable = {
        file: '',
        line: 0,
        column: 0,
        what: 'the policy files cannot be read',
        write: 'look at the folder',
      };
      this.#options.onMistakes(error instanceof PolicyMistakes ? error.mistakes : [unreadable]);
      return false;
    }
  }
}
