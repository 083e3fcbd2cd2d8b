/** The policy set in force: the newest that could be read whole, under the stops that stand. A later one that cannot be read changes nothing. */
import type { PolicyFile } from '../../adapters/policies/policy-files.ts';
import { type PolicyMistake, PolicyMistakes } from '../../domain/policy-mistakes.ts';
import { type PolicySet, withStops } from '../../domain/policy-set.ts';
import type { Stop } from '../../domain/stop.ts';
import type { PolicySource } from '../../exchange/ports.ts';

/** A set and the files that it came from. */
export interface Loaded {
  readonly policies: PolicySet;
  readonly files: readonly PolicyFile[];
}

export interface PoliciesInForceOptions {
  readonly load: () => Promise<Loaded>;
  /** Told before a new set is taken up, so that the change is an entry; rejects where it cannot be. */
  readonly onNew: (loaded: Loaded, before: PolicySet | undefined) => Promise<unknown>;
  readonly onMistakes: (mistakes: readonly PolicyMistake[]) => void;
}

export class PoliciesInForce implements PolicySource {
  readonly #options: PoliciesInForceOptions;
  #set: PolicySet | undefined;
  #stops: readonly Stop[] = [];
  #changes = 0;
  #mistakes: readonly PolicyMistake[] = [];
  #running: Promise<boolean> = Promise.resolve(false);
  /** The reading that has not begun yet, if one waits. */
  #next: Promise<boolean> | undefined;

  constructor(options: PoliciesInForceOptions) {
    this.#options = options;
  }

  current(): PolicySet | undefined {
    return this.#set;
  }

  /** Another text whenever the set or a stop changed: what was remembered under the last one counts no more. */
  get version(): string {
    return `${this.#set?.sha256 ?? ''}/${this.#changes}`;
  }

  /** What was wrong with the files when they were read last; empty where they are in force. */
  get mistakes(): readonly PolicyMistake[] {
    return this.#mistakes;
  }

  /** INVARIANT: stops count from the very next decision on, whatever state the files are in. */
  stopBy(stops: readonly Stop[]): void {
    this.#stops = stops;
    if (this.#set !== undefined) this.#put(this.#set);
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

  /** Takes up a set from elsewhere, where none is in force after all readings. @throws where it cannot be entered. */
  fallBackOn(loaded: Loaded): Promise<void> {
    const fallen = this.#running.then(async () => {
      if (this.#set !== undefined) return;
      await this.#options.onNew(loaded, undefined);
      this.#put(loaded.policies);
    });
    this.#running = fallen.then(
      () => true,
      () => false,
    );
    return fallen;
  }

  async #reload(): Promise<boolean> {
    try {
      const loaded = await this.#options.load();
      if (loaded.policies.sha256 !== this.#set?.sha256) {
        await this.#options.onNew(loaded, this.#set);
        this.#put(loaded.policies);
      }
      this.#mistakes = [];
      return true;
    } catch (error) {
      this.#mistakes = error instanceof PolicyMistakes ? error.mistakes : [UNREADABLE];
      this.#options.onMistakes(this.#mistakes);
      return false;
    }
  }

  /** INVARIANT: one assignment, so that every exchange is judged by one whole set. */
  #put(policies: PolicySet): void {
    this.#set = withStops(policies, this.#stops);
    this.#changes += 1;
  }
}

const UNREADABLE: PolicyMistake = {
  file: '',
  line: 0,
  column: 0,
  what: 'the policy files cannot be read',
  write: 'look at the folder',
};
