/** From an organisation file to the organisation (docs/formats/organisation.md). */
import type {
  Contact,
  OpaqueTokens,
  Organisation,
  OrganisationWords,
  SignIn,
  System,
} from '../../domain/organisation.ts';
import { readSigningKey, type SigningKey } from '../../domain/signing-key.ts';
import { toBase64url } from '../../encoding/base64.ts';
import type { OrganisationFile } from './organisation-schema.ts';
import { organisationSchema } from './organisation-schema.ts';
import type { PolicyDocument } from './policy-document.ts';
import { milliseconds } from './quantities.ts';
import { readBySchema } from './schema-mistakes.ts';

const DEFAULT_ALGORITHMS = ['PS256', 'ES256', 'EdDSA'];
const DEFAULT_TOKEN_LIFE_SECONDS = 3_600;
const LONGEST_TOKEN_LIFE_SECONDS = 86_400;
const DEFAULT_REMEMBERED_MS = 60_000;
const LONGEST_REMEMBERED_MS = 600_000;
/** Entra ID writes another `sub` for each client: `oid` is one person's in every token of the tenant. */
const PERSON_CLAIM = { rfc9068: 'sub', 'entra-id': 'oid', keycloak: 'sub' } as const;

/** The organisation, or undefined after recording in the document what is wrong. */
export function readOrganisation(document: PolicyDocument): Organisation | undefined {
  const file = readBySchema(document, organisationSchema);
  if (file === undefined) return undefined;
  const systems = file.systems ?? [];
  checkSystems(document, file);
  checkLogRoles(document, file);
  return {
    id: file.organisation,
    name: file.name,
    publicAuthority: file['public authority'],
    active: file.status === 'active',
    dataProtectionOfficer: contactOf(file['data protection officer']),
    code: codeOf(file.identifiers),
    signIn: signInOf(document, file['sign in']),
    systems: systems.map(systemOf),
    logRoles: file['roles that may read the log'] ?? [],
    signingKeys: signingKeysOf(document, file['signing keys'] ?? []),
    words: wordsOf(file),
  };
}

function signingKeysOf(document: PolicyDocument, texts: readonly string[]): readonly SigningKey[] {
  return texts.flatMap((one, place) => {
    const key = readSigningKey(one);
    if (key !== undefined) return key;
    const what = 'this is not an Ed25519 public key';
    document.mistake(
      ['signing keys', place],
      what,
      'write the `x` of its JWK or the key in PEM, as `sharing-gateway keys make-signing` prints it',
    );
    return [];
  });
}

function wordsOf(file: OrganisationFile): OrganisationWords {
  const guardian = file['caldicott guardian'];
  const contact = (one: FileContact | undefined) => (one === undefined ? undefined : contactOf(one));
  return {
    kind: file.kind,
    address: file.address,
    nation: file.nation,
    identifiers: new Map(
      Object.entries(file.identifiers).flatMap(([kind, value]) =>
        value === undefined ? [] : [[kind, value]],
      ),
    ),
    seniorInformationRiskOwner: contact(file['senior information risk owner']),
    caldicottGuardian: guardian === 'none' ? undefined : contact(guardian),
    outOfHoursBreachContact: contact(file['out of hours breach contact']),
  };
}

function checkSystems(document: PolicyDocument, file: OrganisationFile): void {
  const systems = file.systems ?? [];
  if (systems.length > 0 && file['sign in'] === undefined) {
    document.mistake(
      ['systems'],
      'there are systems but no `sign in`',
      'say how their tokens are written in `sign in`',
    );
  }
  const seen = new Set<string>();
  for (const [place, system] of systems.entries()) {
    if (seen.has(system.system)) {
      document.mistake(
        ['systems', place],
        `the system \`${system.system}\` is here already`,
        'give it another name',
      );
    }
    seen.add(system.system);
    if (system['signs in with'] === 'private key jwt' && system.keys === undefined) {
      document.mistake(
        ['systems', place],
        'the place of its keys is missing',
        'add a line `keys: https://…`',
      );
    }
  }
}

/** A role that no token can carry would let nobody in, and nobody would know why. */
function checkLogRoles(document: PolicyDocument, file: OrganisationFile): void {
  const known = new Set(Object.values(file['sign in']?.['role names'] ?? {}));
  for (const [place, role] of (file['roles that may read the log'] ?? []).entries()) {
    if (known.has(role)) continue;
    document.mistake(
      ['roles that may read the log', place],
      `the role \`${role}\` is none of the \`role names\` of \`sign in\``,
      "add it there, with the issuer's own word for it",
    );
  }
}

/**
 * Records a mistake where an issuer's client id names two organisations and no claim tells them apart: nobody could say
 * then who is asking.
 *
 * @param taken issuer and client id → the organisations that name it, of the files read before this one.
 */
export function checkClients(
  document: PolicyDocument,
  organisation: Organisation,
  taken: Map<string, Organisation[]>,
): void {
  for (const [place, system] of organisation.systems.entries()) {
    const client = `${organisation.signIn?.issuer} ${system.clientId}`;
    const others = taken.get(client) ?? [];
    const other = others.find((one) => !areToldApart(one.signIn, organisation.signIn));
    if (other !== undefined) {
      const what = `the client id \`${system.clientId}\` of this issuer belongs to \`${other.id}\` already`;
      const write =
        other === organisation
          ? 'write another `client id`'
          : 'write another `client id`, or tell the two apart by one claim with another value in each (`told apart by` of `sign in`)';
      document.mistake(['systems', place], what, write);
    }
    taken.set(client, [...others, organisation]);
  }
}

/** True where one claim has another value for each: no token then speaks for both. */
function areToldApart(one: SignIn | undefined, other: SignIn | undefined): boolean {
  const [first, second] = [one?.toldApartBy, other?.toldApartBy];
  return first !== undefined && first.claim === second?.claim && first.is !== second.is;
}

type FileContact = OrganisationFile['data protection officer'];

function contactOf({ name, email, telephone }: FileContact): Contact {
  return {
    name,
    ...(email === undefined ? {} : { email }),
    ...(telephone === undefined ? {} : { telephone }),
  };
}

/** The one code that providers know the organisation by: the most widely used comes first. */
function codeOf(identifiers: OrganisationFile['identifiers']): string | undefined {
  return (
    identifiers['nhs organisation code'] ??
    identifiers['local authority code'] ??
    identifiers['ons code'] ??
    identifiers['school number']
  );
}

function signInOf(document: PolicyDocument, file: OrganisationFile['sign in']): SignIn | undefined {
  if (file === undefined) return undefined;
  const profile = file['token profile'] ?? 'rfc9068';
  return {
    issuer: file.issuer,
    audience: file.audience,
    rehearsalAudience: file['rehearsal audience'],
    profile,
    algorithms: file['signed using'] ?? DEFAULT_ALGORITHMS,
    personClaim: file['staff number is in'] ?? PERSON_CLAIM[profile],
    roleClaim: file['role is in'] ?? 'roles',
    roleNames: new Map(Object.entries(file['role names'] ?? {})),
    secondFactor: file['second factor is shown by'],
    evidenceClaims: new Map(Object.entries(file['evidence claims'] ?? {})),
    scope: file.scope,
    longestTokenLifeSeconds: tokenLife(document, file['longest token life']),
    opaqueTokens: opaqueTokensOf(document, file['opaque tokens']),
    toldApartBy: file['told apart by'],
    personAssertions: file['person assertions'] === 'taken',
  };
}

function opaqueTokensOf(
  document: PolicyDocument,
  file: NonNullable<OrganisationFile['sign in']>['opaque tokens'],
): OpaqueTokens | undefined {
  if (file === undefined) return undefined;
  const words = file['answers remembered for'];
  const rememberedMs = words === undefined ? DEFAULT_REMEMBERED_MS : (milliseconds(words) ?? 0);
  if (rememberedMs === 0 || rememberedMs > LONGEST_REMEMBERED_MS) {
    document.mistake(
      ['sign in', 'opaque tokens', 'answers remembered for'],
      'this is not a time of at most 10 minutes',
      'write a number and a unit, such as `60 seconds`: a token that was taken back works for so long',
    );
  }
  return { askedWith: file['asked with'], secret: file.secret, rememberedMs };
}

function tokenLife(document: PolicyDocument, words: string | undefined): number {
  if (words === undefined) return DEFAULT_TOKEN_LIFE_SECONDS;
  const seconds = (milliseconds(words) ?? 0) / 1_000;
  if (seconds > 0 && seconds <= LONGEST_TOKEN_LIFE_SECONDS) return seconds;
  document.mistake(
    ['sign in', 'longest token life'],
    'this is not a time of at most 24 hours',
    'write a number and a unit, such as `1 hour` or `15 minutes`',
  );
  return DEFAULT_TOKEN_LIFE_SECONDS;
}

/** Base64url, as tokens and connections have it. */
function certificateHash(fingerprint: string): string {
  return toBase64url(Buffer.from(fingerprint.replaceAll(':', ''), 'hex'));
}

type FileSystem = NonNullable<OrganisationFile['systems']>[number];

function clientIdOf(system: FileSystem): string {
  return system['client id'] ?? system.system;
}

function systemOf(system: FileSystem): System {
  return {
    id: system.system,
    clientId: clientIdOf(system),
    actsForNamedPerson: system['acts for a named person'],
    mayReadLog: system['may read the log'] === 'yes',
    clientCertificates: (system['client certificates'] ?? []).map(certificateHash),
  };
}
