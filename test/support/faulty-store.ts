/** A real store that fails where a test says so: before it stores, after it stored, late, or not at all. */
import type { SqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import {
  type AuditStore,
  type BuildCommit,
  CleanRollback,
  type CounterKeys,
  type FactName,
} from '../../src/audit-log/ports.ts';

export type Fault = 'rolls back' | 'fails' | 'fails after taking effect' | 'never answers' | 'blocks';
export type StoreCall = 'commit' | 'putCheckpoint';

export class FaultyStore implements AuditStore {
  readonly #store: SqliteStore;
  /** The fault of the next call of each kind; taken when it strikes. */
  readonly faults = new Map<StoreCall, Fault>();
  /** Lets a blocked call go on. */
  release: () => void = () => undefined;
  commits = 0;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  commit(
    counterKeys: CounterKeys,
    build: BuildCommit,
    facts: readonly FactName[] = [],
  ): void | Promise<void> {
    this.commits += 1;
    return this.#struck('commit', () => this.#store.commit(counterKeys, build, facts));
  }

  putCheckpoint(size: number, note: string): void | Promise<void> {
    return this.#struck('putCheckpoint', () => this.#store.putCheckpoint(size, note));
  }

  state() {
    return this.#store.state();
  }
  entries(from: number, most: number) {
    return this.#store.entries(from, most);
  }
  entriesOfExchange(exchange: string) {
    return this.#store.entriesOfExchange(exchange);
  }
  facts(kind: string) {
    return this.#store.facts(kind);
  }
  committedFacts() {
    return this.#store.committedFacts();
  }
  checkpoint() {
    return this.#store.checkpoint();
  }
  hashAt(level: number, index: number) {
    return this.#store.hashAt(level, index);
  }
  close() {
    this.#store.close();
  }

  #struck(call: StoreCall, work: () => void): void | Promise<void> {
    const fault = this.faults.get(call);
    this.faults.delete(call);
    if (fault === undefined) return work();
    if (fault === 'rolls back') throw new CleanRollback('the audit store is full');
    if (fault === 'fails') throw new Error('disk I/O error');
    if (fault === 'never answers') return new Promise(() => undefined);
    if (fault === 'blocks')
      return new Promise<void>((resolve) => {
        this.release = resolve;
      }).then(work);
    work();
    throw new Error('disk I/O error');
  }
}
