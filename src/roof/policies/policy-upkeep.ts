/** Keeps the policy set in force up to date: files, pinned keys and stops, each change an entry, and every set kept by hash. */
import {
  type LoadedPolicies,
  readPolicyFolder,
  readPolicySet,
} from '../../adapters/policies/policy-folder.ts';
import { rememberingSignatures } from '../../adapters/signing/signed-text.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { LogReader, StandingFact } from '../../audit-log/ports.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import { type Config, ConfigError } from '../../config.ts';
import type { EntryKind } from '../../domain/audit-entry.ts';
import { versionsInPlace } from '../../domain/in-force.ts';
import { mistakeInWords, PolicyMistakes } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { rehearsalOf } from '../../domain/rehearsal.ts';
import type { PinnedKeys } from '../../domain/signing-key.ts';
import { keepFresh } from '../threads/kept-fresh.ts';
import { FolderWatch } from './folder-watch.ts';
import { factsOfSet, newestKeptSet, openKeptSet } from './kept-policies.ts';
import { pinChanges, readPinnedKeys } from './pinned-keys-file.ts';
import { type Loaded, PoliciesInForce } from './policies-in-force.ts';
import { StopsInForce } from './stops-in-force.ts';

export interface PolicyUpkeepParts {
  readonly config: Config;
  readonly reader: LogReader;
  readonly logger: Logger;
  readonly append: (
    kind: EntryKind,
    members: NoteMembers,
    facts?: readonly StandingFact[],
  ) => Promise<unknown>;
  readonly now: () => number;
  /** Told of each set that was taken up. */
  readonly onTaken: (policies: PolicySet) => void;
}

const PINS = 'pinned keys';
/** Id of an agreement → number of its newest version that has ever taken the place of the older ones. */
const VERSION = 'version in place';
const THIS_LOG = 'of this log';
const STOPS_EVERY_MS = 1000;

export class PolicyUpkeep {
  readonly policies: PoliciesInForce;
  readonly stops: StopsInForce;
  readonly #parts: PolicyUpkeepParts;
  readonly #watch: FolderWatch;
  readonly #readSignature = rememberingSignatures();
  /** The set that is in force comes from the store, because the files cannot be read. */
  #fromStore = false;
  #stopRefreshing: () => void = () => undefined;
  #lastPins: PinnedKeys = new Map();

  constructor(parts: PolicyUpkeepParts) {
    this.#parts = parts;
    const { config, reader, logger, now } = parts;
    this.policies = new PoliciesInForce({
      load: () => this.#load(),
      onNew: (loaded, before) => this.#takeUp(loaded, before),
      onMistakes: (mistakes) => {
        for (const mistake of mistakes)
          logger.error({ message: 'policy files', why: mistakeInWords(mistake) });
      },
    });
    this.stops = new StopsInForce({
      readSignature: this.#readSignature,
      pins: () => this.#pinsForStops(),
      facts: (kind) => reader.facts(kind),
      append: (members, facts) => parts.append('policies', members, facts),
      policies: () => this.policies.current(),
      now,
      onChange: (stops) => {
        this.policies.stopBy(stops);
        logger.warn({ message: 'stops in force', agreements: stops.map(({ agreement }) => agreement) });
      },
    });
    this.#watch = new FolderWatch({
      paths: [config.policiesFolder, config.pinnedKeysFile],
      onChange: () => void this.policies.reload(),
    });
  }

  /** Reads stops first, then the files; where those cannot be read, the last good set of the store. Then watches. */
  async start(): Promise<void> {
    // INVARIANT: what was stopped is stopped before anything is decided.
    await this.stops.refresh();
    const watching = this.#watch.start();
    if (!(await this.policies.reload())) await this.#fallBack();
    await watching;
    this.#stopRefreshing = keepFresh(() => this.#refreshStops(), STOPS_EVERY_MS);
  }

  stop(): void {
    this.#watch.stop();
    this.#stopRefreshing();
  }

  /** What is not as it should be although the gateway serves: sentences for the operator. */
  attention(): readonly string[] {
    const { mistakes } = this.policies;
    const said: string[] = [];
    if (this.#fromStore)
      said.push('the policy set in force comes from the store: the policy files cannot be used');
    else if (mistakes.length > 0)
      said.push('the policy files cannot be used: the last good set stays in force');
    said.push(...mistakes.map(mistakeInWords));
    for (const { id, version, signaturesBroken, signatureFaults } of this.policies.current()?.agreements ??
      []) {
      if (signaturesBroken)
        said.push(`${id} version ${version} is not what was signed: ${signatureFaults.join('; ')}`);
    }
    return said;
  }

  async #load(): Promise<Loaded> {
    try {
      const loaded = await readPolicyFolder(this.#parts.config.policiesFolder, this.#trust());
      await this.#refuseOlderVersions(loaded.policies);
      return this.#shown(loaded);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new PolicyMistakes(
        error.mistakes.map((what) => ({
          file: 'PINNED_KEYS_FILE',
          line: 1,
          column: 1,
          what,
          write: 'mend it',
        })),
      );
    }
  }

  /**
   * INVARIANT: an older version never comes back, not even where the files of a newer one were taken away. Such files are
   * not taken up, so the newer version stays in force as it was.
   */
  async #refuseOlderVersions(policies: PolicySet): Promise<void> {
    const { config, now } = this.#parts;
    if (config.rehearsal) return;
    const known = await this.#versionsInPlace();
    const older = [...versionsInPlace(policies, now())].filter(
      ([id, version]) => version < (known.get(id) ?? 0),
    );
    if (older.length === 0) return;
    throw new PolicyMistakes(
      older.map(([id, version]) => ({
        file: 'agreements',
        line: 1,
        column: 1,
        what: `version ${known.get(id)} of ${id} was in force already, and these files would bring version ${version} back`,
        write: `put the file and the signatures of version ${known.get(id)} back, or agree a newer version`,
      })),
    );
  }

  /** From the store, and from the set in force: a version may have begun since it was taken up. */
  async #versionsInPlace(): Promise<ReadonlyMap<string, number>> {
    const known = await this.#versionsOfStore();
    const current = this.policies.current();
    for (const [id, version] of current === undefined ? [] : versionsInPlace(current, this.#parts.now()))
      known.set(id, Math.max(version, known.get(id) ?? 0));
    return known;
  }

  async #versionsOfStore(): Promise<Map<string, number>> {
    const facts = await this.#parts.reader.facts(VERSION);
    return new Map(facts.map(({ key, value }) => [key, Number(Buffer.from(value ?? []).toString())]));
  }

  #trust() {
    this.#lastPins = readPinnedKeys(this.#parts.config.pinnedKeysFile);
    return { pins: this.#lastPins, read: this.#readSignature };
  }

  #shown({ policies, files }: LoadedPolicies): Loaded {
    return { policies: this.#parts.config.rehearsal ? rehearsalOf(policies) : policies, files };
  }

  /** A start whose files are broken: the keys of today decide whose signatures count, not those of the kept set. */
  async #fallBack(): Promise<void> {
    const { reader, logger } = this.#parts;
    const read = reader.fact.bind(reader);
    const sha256 = await newestKeptSet(read);
    if (sha256 === undefined) return;
    try {
      const loaded = await readPolicySet(await openKeptSet(sha256, read), this.#trust());
      this.#fromStore = true;
      await this.policies.fallBackOn(this.#shown(loaded));
      logger.error({
        message: 'the policy files cannot be used: the last good set of the store is in force',
        sha256,
      });
    } catch (error) {
      this.#fromStore = false;
      const why = error instanceof Error ? error.message : 'it cannot be read';
      logger.error({ message: 'the last good policy set of the store cannot be used', why });
    }
  }

  /** A new policy set is an entry before it judges anything; what is not in force any more is an entry of its own. */
  async #takeUp({ policies, files }: Loaded, before: PolicySet | undefined): Promise<void> {
    const { append, reader, onTaken, logger } = this.#parts;
    const { sha256 } = policies;
    const broken = newlyBroken(policies, before);
    const facts = [
      ...(await factsOfSet(sha256, files, reader.fact.bind(reader))),
      ...(await this.#versionFacts(policies)),
    ];
    const kept = this.#fromStore && before === undefined ? { code: 'kept' } : {};
    const pins = await this.#pinEntries();
    await Promise.all([
      ...pins.map((appendPin) => appendPin()),
      append('policies', { policies: sha256, ...kept }, facts),
      ...broken.map(({ id }) =>
        append('policies', { policies: sha256, code: 'signature-broken', agreement: id }),
      ),
    ]);
    if (before !== undefined) this.#fromStore = false;
    for (const { id, version, signatureFaults } of broken) {
      const message = 'an agreement is not what both parties signed: nothing flows under it';
      logger.error({ message, agreement: id, version, why: signatureFaults });
    }
    onTaken(policies);
  }

  async #versionFacts(policies: PolicySet): Promise<StandingFact[]> {
    const stored = await this.#versionsOfStore();
    const all = [...(await this.#versionsInPlace()), ...versionsInPlace(policies, this.#parts.now())];
    return all
      .filter(([id, version]) => version > (stored.get(id) ?? 0))
      .map(([key, version]) => ({ kind: VERSION, key, value: Buffer.from(String(version)) }));
  }

  /** A key that counts now, or counts no more, is an entry. */
  async #pinEntries(): Promise<(() => Promise<unknown>)[]> {
    const { append, reader, config } = this.#parts;
    const pins = readPinnedKeys(config.pinnedKeysFile);
    const changes = pinChanges(keptPins(await reader.fact(PINS, THIS_LOG)), pins);
    if (changes.length === 0) return [];
    const fact: StandingFact = { kind: PINS, key: THIS_LOG, value: Buffer.from(pinsText(pins)) };
    return changes.map(
      ({ organisation, fingerprint, change }, nth) =>
        () =>
          append(
            'key',
            { purpose: `signing of ${organisation}`, id: fingerprint, code: change },
            nth === 0 ? [fact] : [],
          ),
    );
  }

  /** A stop only removes, so it is taken up even while the file of pins is broken: by the keys that counted last. */
  #pinsForStops(): PinnedKeys {
    try {
      return readPinnedKeys(this.#parts.config.pinnedKeysFile);
    } catch {
      return this.#lastPins;
    }
  }

  async #refreshStops(): Promise<void> {
    try {
      await this.stops.refresh();
    } catch (error) {
      const why = error instanceof Error ? error.message : 'something else was thrown';
      this.#parts.logger.error({ message: 'the stops of the store cannot be read', why });
    }
  }
}

function newlyBroken({ agreements }: PolicySet, before: PolicySet | undefined): PolicySet['agreements'] {
  const known = new Set(
    before?.agreements.filter((one) => one.signaturesBroken).map(({ id, version }) => `${id} ${version}`),
  );
  return agreements.filter(
    ({ id, version, signaturesBroken }) => signaturesBroken && !known.has(`${id} ${version}`),
  );
}

function pinsText(pins: PinnedKeys): string {
  return JSON.stringify([...pins].map(([id, keys]) => [id, [...keys]]));
}

function keptPins(value: Uint8Array | undefined): PinnedKeys {
  if (value === undefined) return new Map();
  const lines: readonly (readonly [string, readonly string[]])[] = JSON.parse(Buffer.from(value).toString());
  return new Map(lines.map(([id, keys]) => [id, new Set(keys)]));
}
