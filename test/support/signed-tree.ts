/** A log in memory that signs checkpoints and proves consistency, as a witness sees one. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { noteSigner } from '../../src/adapters/signing/note-signer.ts';
import type { StoredEntry } from '../../src/audit-log/ports.ts';
import { formatAddCheckpoint } from '../../src/audit-log/witnessing/witness-request.ts';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { proveConsistency } from '../../src/merkle/consistency-proof.ts';
import { emptyRoot, leafHash, nodeHash } from '../../src/merkle/hash.ts';
import type { VerifierKey } from '../../src/merkle/signed-note.ts';
import { subtreeRoot } from '../../src/merkle/subtree.ts';

export class SignedTree {
  readonly origin: string;
  readonly #privateKey: KeyObject;
  readonly #leaves: Buffer[];

  constructor(origin: string, privateKey = generateKeyPairSync('ed25519').privateKey, leaves: Buffer[] = []) {
    this.origin = origin;
    this.#privateKey = privateKey;
    this.#leaves = leaves;
  }

  get key(): VerifierKey {
    return noteSigner(this.origin, this.#privateKey).verifierKey;
  }

  /** Adds entries; with another `salt` another log grows. */
  grow(to: number, salt = ''): this {
    while (this.#leaves.length < to)
      this.#leaves.push(leafHash(Buffer.from(`${salt}${this.#leaves.length}`)));
    return this;
  }

  /** Another log of the same key that begins with the first `shared` entries of this one. */
  forkAt(shared: number): SignedTree {
    return new SignedTree(this.origin, this.#privateKey, this.#leaves.slice(0, shared));
  }

  root(size: number): Uint8Array {
    return size === 0 ? emptyRoot() : subtreeRoot(0, size, this.hashAt);
  }

  checkpoint(size = this.#leaves.length): string {
    return this.sign(size, this.root(size));
  }

  /** Signs whatever it is given. */
  sign(size: number, root: Uint8Array): string {
    const text = formatCheckpoint({ origin: this.origin, size, root });
    return noteSigner(this.origin, this.#privateKey).sign(text);
  }

  proof(from: number, to: number): readonly Uint8Array[] {
    return from === 0 || from === to ? [] : proveConsistency(from, to, this.hashAt);
  }

  /** Body of the request that asks a witness, which cosigned `from` entries last, to cosign `to` entries. */
  asking(from: number, to = this.#leaves.length): string {
    return formatAddCheckpoint({
      oldSize: from,
      proof: this.proof(from, to),
      checkpoint: this.checkpoint(to),
    });
  }

  /** What a witnessing gateway reads of its log; each entry is a second younger than the one before it. */
  reader() {
    return {
      state: () => ({ size: this.#leaves.length, range: [], seq: 0, newestAtMs: 0 }),
      entries: (from: number): StoredEntry[] => {
        const leafHash = this.#leaves[from];
        if (leafHash === undefined) return [];
        const leaf = Buffer.alloc(0);
        return [
          {
            index: from,
            leaf,
            leafHash,
            kind: 'heartbeat',
            exchange: undefined,
            atMs: from * 1000,
            sealed: undefined,
          },
        ];
      },
      checkpoint: (): string | undefined => this.checkpoint(),
      hashAt: this.hashAt,
    };
  }

  readonly hashAt = (level: number, index: number): Uint8Array => {
    if (level === 0) return this.#leaves[index] ?? Buffer.alloc(0);
    return nodeHash(this.hashAt(level - 1, 2 * index), this.hashAt(level - 1, 2 * index + 1));
  };
}
