/** The keys of one issuer: fetched once for many tokens, renewed before they grow old, never fetched in a flood. */
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../../domain/gateway-error.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';
import { sha256Hex } from '../../encoding/sha256.ts';
import { discoverKeysAddress, type FetchDocument, fetchKeys, type PublicKey } from './issuer-documents.ts';

/** Keys this old are renewed in the background while they are still used. */
export const RENEW_AFTER_MS = 5 * 60_000;
/** Keys this old are not used before a renewal was tried: a key that its issuer took back works no longer than this. */
export const OLDEST_MS = 10 * 60_000;
/** Keys this old are not used at all, even where the issuer cannot be asked. */
export const OLDEST_WITHOUT_ISSUER_MS = 60 * 60_000;
/** Least time between two fetches that unknown keys or failures cause. */
export const COOL_DOWN_MS = 30_000;
/** Least time between two tries where there are no usable keys at all. */
export const RETRY_MS = 5_000;

export interface KeySet {
  readonly resolve: JWTVerifyGetKey;
  /** Changes exactly when the keys do. */
  readonly fingerprint: string;
}

export type KeyEvent =
  | { readonly kind: 'keys-fetched'; readonly issuer: string; readonly changed: boolean }
  | { readonly kind: 'keys-unavailable'; readonly issuer: string; readonly why: string };

export class IssuerKeys {
  readonly issuer: string;
  readonly #fetch: FetchDocument;
  readonly #onEvent: (event: KeyEvent) => void;
  #set: KeySet | undefined;
  #address: string | undefined;
  #fetchedAtMs = 0;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #lastTryFailed = false;
  #renewing: Promise<void> | undefined;
  /** Until this instant what the keys proved stands without a look at them. */
  settledUntilMs = 0;

  constructor(issuer: string, fetch: FetchDocument, onEvent: (event: KeyEvent) => void) {
    this.issuer = issuer;
    this.#fetch = fetch;
    this.#onEvent = onEvent;
  }

  /**
   * Keys that may be used now, or a promise of them.
   *
   * @throws {GatewayError} `issuer-unavailable` where there are none and none can be had.
   */
  current(nowMs: number): KeySet | Promise<KeySet> {
    const age = nowMs - this.#fetchedAtMs;
    if (this.#set === undefined || age >= OLDEST_MS || age < 0) return this.#renewed(nowMs);
    if (age >= RENEW_AFTER_MS && nowMs - this.#triedAtMs >= COOL_DOWN_MS) void this.#renew(nowMs);
    this.settledUntilMs = this.#fetchedAtMs + (age < RENEW_AFTER_MS ? RENEW_AFTER_MS : OLDEST_MS);
    if (age >= RENEW_AFTER_MS) this.settledUntilMs = Math.min(this.settledUntilMs, nowMs + COOL_DOWN_MS);
    return this.#set;
  }

  /** Milliseconds since the keys were fetched, undefined where there are none. */
  ageMs(nowMs: number): number | undefined {
    return this.#set === undefined ? undefined : nowMs - this.#fetchedAtMs;
  }

  /** True while `set` is what the issuer published last. */
  holds(set: KeySet): boolean {
    return this.#set === set;
  }

  /**
   * The keys after a look for one that `before` does not hold, or undefined where it cannot be there: at most one
   * fetch in a cool-down, however many tokens name unknown keys.
   *
   * @throws {GatewayError} `issuer-unavailable` where the look failed, so that nobody can say.
   */
  async afterUnknownKey(before: KeySet, nowMs: number): Promise<KeySet | undefined> {
    if (this.#renewing === undefined && nowMs - this.#triedAtMs >= COOL_DOWN_MS) void this.#renew(nowMs);
    await this.#renewing;
    if (this.#lastTryFailed) throw this.#unavailable();
    return this.#set !== undefined && this.#set.fingerprint !== before.fingerprint ? this.#set : undefined;
  }

  async #renewed(nowMs: number): Promise<KeySet> {
    const wait = this.#set === undefined ? RETRY_MS : COOL_DOWN_MS;
    if (this.#renewing === undefined && (!this.#lastTryFailed || nowMs - this.#triedAtMs >= wait)) {
      void this.#renew(nowMs);
    }
    await this.#renewing;
    if (this.#set === undefined) throw this.#unavailable();
    if (this.#lastTryFailed && nowMs - this.#fetchedAtMs >= OLDEST_WITHOUT_ISSUER_MS)
      throw this.#unavailable();
    this.settledUntilMs = this.#lastTryFailed
      ? Math.min(this.#triedAtMs + COOL_DOWN_MS, this.#fetchedAtMs + OLDEST_WITHOUT_ISSUER_MS)
      : this.#fetchedAtMs + RENEW_AFTER_MS;
    return this.#set;
  }

  /** Never rejects. Single flight: who comes while it runs waits for the same fetch. */
  #renew(nowMs: number): Promise<void> {
    if (this.#renewing !== undefined) return this.#renewing;
    this.#triedAtMs = nowMs;
    this.#renewing = this.#fetchSet(nowMs).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #fetchSet(nowMs: number): Promise<void> {
    try {
      this.#address ??= await discoverKeysAddress(this.issuer, this.#fetch);
      const set = keySet(await fetchKeys(this.#address, this.#fetch));
      const changed = this.#set !== undefined && this.#set.fingerprint !== set.fingerprint;
      this.#set = changed || this.#set === undefined ? set : this.#set;
      this.#fetchedAtMs = nowMs;
      this.#lastTryFailed = false;
      this.#onEvent({ kind: 'keys-fetched', issuer: this.issuer, changed });
    } catch (error) {
      this.#lastTryFailed = true;
      // The next try asks for the metadata anew: the keys may have moved.
      this.#address = undefined;
      const why = error instanceof GatewayError ? error.message : 'something failed that nobody foresaw';
      this.#onEvent({ kind: 'keys-unavailable', issuer: this.issuer, why });
    }
  }

  #unavailable(): GatewayError {
    return new GatewayError('issuer-unavailable', 'keys of the issuer cannot be had', {
      retryAfterSeconds: RETRY_MS / 1000,
    });
  }
}

function keySet(keys: readonly PublicKey[]): KeySet {
  const members = keys.map((key) => JSON.stringify(key)).sort();
  return {
    resolve: createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) }),
    fingerprint: sha256Hex(canonicalJson(members)),
  };
}
