/**
 * An assertion of who acts, signed by the organisation's issuer, in `Exchange-Person-Assertion` (docs/formats/token.md):
 * a JWT (RFC 7519, RFC 8725) for one request of one system.
 */
import type { Caller } from '../../domain/caller.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJsonObject } from '../../encoding/strict-json.ts';
import type { Clock, NotProved } from '../../exchange/ports.ts';
import { personIn } from './acting-person.ts';
import { saidOfPerson } from './caller-from-claims.ts';
import { issuerProfile } from './issuer-profile.ts';
import { checkClaims, checkHeader } from './token-checks.ts';
import type { SignedByIssuer } from './token-prover.ts';
import { UsedProofs } from './used-proofs.ts';

/** Longest assertion that is looked at, in characters. */
const LONGEST = 8192;
const LONGEST_LIFE_SECONDS = 300;
/** An assertion is kept in mind for longer than it can be good, by clocks that differ. */
const REMEMBERED_MS = 2 * LONGEST_LIFE_SECONDS * 1000;
const TYPES = ['person+jwt'];

export interface AssertionReader {
  /** Header and claims of a text, once the issuer of that organisation is known to have signed it, or why not. */
  signedByIssuer(text: string, organisation: string): Promise<SignedByIssuer | string>;
}

export class ActingPersonAssertions {
  readonly #reader: AssertionReader;
  readonly #clock: Clock;
  readonly #used = new UsedProofs(100_000, REMEMBERED_MS);

  constructor(reader: AssertionReader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /**
   * The caller, acting for the person whom the assertion names. What is said of the person comes from what proved the
   * person: roles, second factor and evidence are those of the assertion, whatever the token says.
   *
   * @throws {GatewayError} `issuer-unavailable` where the issuer's keys cannot be had.
   */
  async applied(caller: Caller, assertion: string): Promise<Caller | NotProved> {
    if (assertion.length > LONGEST) return notProved('assertion is longer than 8 KiB');
    if (caller.actsForNamedPerson === 'never') return notProved('system never acts for a person');
    const signed = await this.#reader.signedByIssuer(assertion, caller.organisation);
    if (typeof signed === 'string') return notProved(`assertion: ${signed}`);
    const { claims, signIn } = signed;
    const nowMs = this.#clock.now();
    const wrong = wrongAssertion(signed, caller, nowMs);
    if (wrong !== undefined) return notProved(`assertion: ${wrong}`);
    const claim = signIn.personClaim.startsWith('act.') ? 'sub' : signIn.personClaim;
    const person = personIn(claims, claim, caller.client ?? '');
    if (person === undefined) return notProved('assertion names nobody');
    if (caller.person !== undefined && caller.person.id !== person.id)
      return notProved('two people are named');
    const hash = hashOf(claims);
    if (!this.#used.take(hash, nowMs)) return notProved('assertion was shown before');
    const { proof } = caller;
    const counted = proof === undefined ? { hash, freshNonce: undefined } : { ...proof, also: hash };
    return { ...caller, person, ...saidOfPerson(claims, signIn), proof: counted };
  }
}

/** A few words on why the assertion does not hold for this system now, or undefined. */
function wrongAssertion(
  { header, claims, signIn, algorithms }: SignedByIssuer,
  caller: Caller,
  nowMs: number,
): string | undefined {
  const rules = {
    signIn: { ...signIn, longestTokenLifeSeconds: LONGEST_LIFE_SECONDS },
    // Whatever product signs it, an assertion has one form.
    profile: issuerProfile('rfc9068'),
  };
  const wrong = checkHeader(header, { types: TYPES, algorithms }) ?? checkClaims(claims, rules, nowMs);
  if (wrong !== undefined) return wrong;
  if (claims['client_id'] !== caller.client) return 'client_id is not the system';
  return claims['cnf'] === undefined ? undefined : 'cnf is not understood';
}

/** One text for one assertion of one issuer. */
function hashOf({ iss, jti }: StrictJsonObject): string {
  return sha256Base64url(JSON.stringify(['person assertion', iss ?? '', jti ?? '']));
}

function notProved(why: string): NotProved {
  return { refused: 'person-not-proved', why };
}
