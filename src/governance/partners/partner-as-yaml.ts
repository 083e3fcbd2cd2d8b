/** The text face of a partner to begin with: an organisation file (docs/formats/organisation.md) whose blanks say who knows them. */

import { listed } from '../pages/phrases.ts';
import { FILL_IN, scalar } from '../scaffolds/new-dataset-as-yaml.ts';
import type { IssuerSeen } from './partner-seen.ts';

/** What is known of a new partner; each part that is not becomes a blank. */
export interface NewPartner {
  readonly id: string;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
  readonly nation?: string | undefined;
  readonly address?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly system?: string | undefined;
  readonly clientId?: string | undefined;
  /** It provides data and asks for none, so it needs no sign-in. */
  readonly sharesOnly: boolean;
  /** How its issuer signs, where it was asked and said so. */
  readonly algorithms?: readonly string[] | undefined;
}

/** The file, ending with a line break. */
export function newPartnerAsYaml(partner: NewPartner): string {
  return [
    `# An organisation to begin with. Each ${FILL_IN} is a blank; the words after it say who knows.`,
    '# `sharing-gateway check` refuses what cannot be understood; `sharing-gateway check partner` asks its servers.',
    'format: organisation/1',
    `organisation: ${partner.id}`,
    line('name', partner.name, 'the name of the legal body, as it stands in the ICO register of fee payers'),
    line(
      'kind',
      partner.kind,
      'council, hospital trust, integrated care board, school, academy trust, government department, police force, housing association, charity or company',
    ),
    line(
      'public authority',
      publicAuthority(partner.kind),
      'true or false; their data protection officer knows',
    ),
    line('address', partner.address, 'their data protection officer knows'),
    line('nation', partner.nation, 'England, Wales, Scotland or Northern Ireland'),
    'identifiers:',
    `  ico registration: ${FILL_IN}   # Z, ZA or ZB and digits: the ICO's register of fee payers on the web`,
    ...(CODES.get(partner.kind ?? '') ?? OTHER_CODES),
    'data protection officer:',
    `  name: ${FILL_IN}   # the organisation publishes it in its privacy notice`,
    `  email: ${FILL_IN}   # the same`,
    '# senior information risk owner: {name: …, email: …}   # their information governance team knows',
    '# caldicott guardian: none   # or {name: …, email: …}; the NHS register of Caldicott Guardians lists them',
    '# out of hours breach contact: {name: …, telephone: …}   # their service desk knows',
    ...(partner.sharesOnly ? [] : [...signInLines(partner), ...systemLines(partner)]),
    'status: active   # `not active` stops every agreement with it',
    '',
  ].join('\n');
}

/**
 * The algorithms that an issuer's keys are for, as `signed using` takes them; empty where its keys do not tell.
 *
 * @param seen what the issuer shows when asked for every algorithm there is.
 */
export function algorithmsOf({ keys, statedAlgorithms }: IssuerSeen): readonly string[] {
  const told = keys
    .filter(({ taken }) => taken)
    .flatMap(({ algorithm, verifies }) =>
      verifies.filter((one) =>
        algorithm === undefined ? statedAlgorithms.includes(one) : one === algorithm,
      ),
    );
  return [...new Set(told)];
}

const PUBLIC =
  /^(?:council|hospital trust|integrated care board|school|academy trust|government department|police force)$/;

function publicAuthority(kind: string | undefined): string | undefined {
  return kind !== undefined && PUBLIC.test(kind) ? 'true' : undefined;
}

const ODS = `  nhs organisation code: ${FILL_IN}   # the NHS Organisation Data Service on the web`;
const SCHOOL = [
  `  dfe number: ${FILL_IN}   # three digits, a slash and four; Get Information about Schools on the web`,
  `  school number: ${FILL_IN}   # six digits between quotes; the same place`,
];
const CODES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'council',
    [
      `  ons code: ${FILL_IN}   # a letter and eight digits; the ONS Open Geography portal on the web`,
      `  local authority code: ${FILL_IN}   # their finance or IT team knows`,
    ],
  ],
  ['hospital trust', [ODS]],
  ['integrated care board', [ODS]],
  ['school', SCHOOL],
  ['academy trust', SCHOOL],
]);
const OTHER_CODES = [
  '# ons code, local authority code, nhs organisation code, dfe number or school number: whichever it has',
];

function signInLines(partner: NewPartner): string[] {
  return [
    'sign in:   # the administrator of their identity provider knows what stands here',
    `  ${line('issuer', partner.issuer, 'the exact `iss` of its tokens, an https address, with or without its last slash')}`,
    `  ${line('audience', partner.audience, 'you choose it: the `aud` of tokens for this gateway, such as its https address')}`,
    `  token profile: ${profileOf(partner.issuer)}`,
    `  ${signedUsing(partner.algorithms)}`,
    '  longest token life: 1 hour   # shorter is better; they set it for this audience',
    '  staff number is in: sub   # the claim that names the person and never changes hands',
    '  role is in: roles   # the claim that holds the roles; dots go down',
    '  second factor is shown by: {claim: amr, includes: mfa}   # what a sign-in with a second factor shows',
    '  role names:',
    `    ${FILL_IN}: ${FILL_IN}   # their word for a role: the word of the agreements; a line for each`,
  ];
}

function profileOf(issuer: string | undefined): string {
  const url = URL.parse(issuer ?? '');
  if (url !== null && /^(?:login\.microsoftonline\.com|sts\.windows\.net)$/.test(url.hostname)) {
    return 'entra-id   # by its address; rfc9068 where they send at+jwt';
  }
  if (url !== null && /\/realms\/[^/]+$/.test(url.pathname)) {
    return 'keycloak   # by its address; rfc9068 where they send at+jwt';
  }
  return 'rfc9068   # or entra-id or keycloak, where the product cannot send at+jwt';
}

function signedUsing(algorithms: readonly string[] | undefined): string {
  if (algorithms === undefined || algorithms.length === 0) {
    return '# signed using: [ES256]   # PS256, ES256 and EdDSA unless said; their key set tells';
  }
  const weaker = algorithms.filter((one) => one.startsWith('RS'));
  const note = weaker.length === 0 ? '' : `; ${listed(weaker)} is weaker: ask them for PS256 or ES256`;
  return `signed using: [${algorithms.join(', ')}]   # as their key set says${note}`;
}

function systemLines({ system, clientId }: NewPartner): string[] {
  return [
    'systems:   # one for each of their systems that will ask',
    `  - ${line('system', system, 'a name that you and they agree on: small letters, digits and hyphens')}`,
    `    ${line('client id', clientId, 'the client id at their identity provider, letter by letter')}`,
    `    signs in with: ${FILL_IN}   # private key jwt, client secret or mutual tls; they know`,
    `    # keys: https://…   # where the system's public keys are, for private key jwt`,
    `    acts for a named person: ${FILL_IN}   # always, sometimes or never; the owner of the system knows`,
  ];
}

function line(key: string, value: string | undefined, whoKnows: string): string {
  if (value === undefined || value === '') return `${key}: ${FILL_IN}   # ${whoKnows}`;
  return `${key}: ${key === 'public authority' ? value : address(value)}`;
}

/** An address reads better plain, and is safe to write so: it holds no space and no quote, and ends with no colon. */
function address(value: string): string {
  return /^https?:\/\/[A-Za-z0-9._~:/-]*[A-Za-z0-9/]$/.test(value) ? value : scalar(value);
}
