/** The person behind a sample token: who acts, in which role, how strongly signed in, and with what evidence. */
import type { SignIn } from '../../domain/organisation.ts';
import { listed, oneLine } from '../pages/phrases.ts';
import { cannotTell, type Finding, IDENTITY_ADMIN, ok, toMend, YOU } from './partner-finding.ts';
import type { TokenSeen } from './partner-seen.ts';

/** Findings on person, roles, second factor and evidence; words of roles are quoted, the person never is. */
export function personFindings(seen: TokenSeen, signIn: SignIn): Finding[] {
  const { caller } = seen;
  if (caller === undefined) {
    return [
      cannotTell(
        'token, person',
        'its client is no system of this organisation',
        YOU,
        'mend the client first',
      ),
    ];
  }
  if (!seen.aboutPerson) return [systemAlone(seen)];
  return [
    personFinding(seen, signIn),
    rolesFinding(seen, signIn),
    ...secondFactorFindings(seen, signIn),
    ...evidenceFindings(seen, signIn),
  ];
}

function systemAlone({ system }: TokenSeen): Finding {
  const about = 'token, person';
  const acts = system?.actsForNamedPerson;
  if (acts === 'always') {
    const how =
      'sign the person in (authorization code with PKCE) and send the token that comes of it, or write how often the system acts for a person under `acts for a named person`';
    return toMend(
      about,
      'no person is behind it, and the file says that this system always acts for one',
      IDENTITY_ADMIN,
      how,
    );
  }
  if (acts === 'never') return ok(about, 'none, as the file says of this system');
  return ok(about, 'none; this system may ask without one where the agreement lets it');
}

function personFinding({ caller, system }: TokenSeen, { personClaim }: SignIn): Finding {
  const about = `token, ${personClaim}`;
  if (caller?.person === undefined) {
    const how = `put the staff number as a text into \`${personClaim}\`, or tell the officer where it stands, for \`staff number is in\``;
    return toMend(about, 'a person signed in, and the claim names nobody', IDENTITY_ADMIN, how);
  }
  if (system?.actsForNamedPerson === 'never') {
    const how =
      'write `sometimes` or `always` under `acts for a named person`, or ask for a token of the system itself';
    return toMend(
      about,
      'it names a person, and the file says that this system never acts for one',
      YOU,
      how,
    );
  }
  return ok(about, 'it names the person');
}

function rolesFinding({ caller, roles }: TokenSeen, { roleClaim, roleNames }: SignIn): Finding {
  const about = `token, ${roleClaim}`;
  const known = caller?.roles ?? [];
  const unknown = roles.filter((role) => !roleNames.has(role)).map(quoted);
  if (known.length > 0) {
    const dropped = unknown.length === 0 ? '' : `; the gateway drops ${inShort(unknown)}`;
    return ok(about, `${listed(known)}${dropped}`);
  }
  if (roles.length === 0) {
    const how = `put the roles into \`${roleClaim}\`, a text or a list of texts, or tell the officer where they stand, for \`role is in\``;
    return toMend(about, 'no role is there', IDENTITY_ADMIN, how);
  }
  const how = `write each under \`role names\` with the role that the agreements know it by, such as \`${unknown[0] ?? ''}: …\`; or have the issuer send one of ${inShort([...roleNames.keys()].map(quoted))}`;
  return toMend(about, `the file knows none of its roles: ${inShort(unknown)}`, YOU, how);
}

function secondFactorFindings({ caller }: TokenSeen, { secondFactor }: SignIn): Finding[] {
  if (secondFactor === undefined) return [];
  const { claim, includes } = secondFactor;
  const about = `token, ${claim}`;
  if (caller?.secondFactor === true) return [ok(about, 'it shows a second factor')];
  const how = `sign in with a second factor and try again; if it was there, have the issuer put \`${includes}\` into \`${claim}\``;
  return [
    toMend(about, `it does not hold ${quoted(includes)}, so no second factor is shown`, IDENTITY_ADMIN, how),
  ];
}

function evidenceFindings({ evidenceMissing }: TokenSeen, { evidenceClaims }: SignIn): Finding[] {
  return [...evidenceClaims].map(([name, claim]) => {
    const about = `token, ${claim}`;
    if (!evidenceMissing.includes(name)) return ok(about, `it shows the evidence \`${name}\``);
    const how = `put it as a text of plain letters into \`${claim}\``;
    return toMend(about, `it does not show the evidence \`${name}\``, IDENTITY_ADMIN, how);
  });
}

/** Words of the issuer's, cut short: some issuers write whole directory names. */
function quoted(word: string): string {
  const plain = oneLine(word);
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}

function inShort(words: readonly string[]): string {
  return words.length > 5 ? `${words.slice(0, 5).join(', ')} and ${words.length - 5} more` : listed(words);
}
