/** The set-up pages of issuers hold what they say: their files are loaded, and their tokens are judged under those files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { createAuthenticator } from '../../src/adapters/oidc/authenticator.ts';
import { issuerProfile } from '../../src/adapters/oidc/issuer-profile.ts';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { changedText, policyFile, samplesWith, WESTHAVEN } from '../support/changed-policies.ts';
import { publishing } from '../support/published-issuer.ts';
import { SENDER_KEYS, shown } from '../support/shown.ts';
import { newKey, sign } from '../support/test-issuer.ts';

const PAGES = join(import.meta.dirname, '../../docs/issuers');
const VECTORS = join(import.meta.dirname, '../vectors/issuers');
const NOW_SECONDS = 1_800_000_010;

const PAGE_OF = {
  'entra-id': ['entra-id/person-v2.json', 'entra-id/application-v2.json'],
  keycloak: ['keycloak/person.json', 'keycloak/service-account.json'],
  'any-other': [],
} as const;

interface Shown {
  readonly header: { readonly alg: string; readonly kid: string };
  readonly claims: Record<string, unknown>;
}

function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(PAGES, `${page}.md`), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(
    ([, block]) => block ?? '',
  );
}

/** Westhaven, signing in as the page says, with the client of the page's tokens as its parking app. */
function organisationOf(signIn: string, client: unknown): Organisation {
  const document = parseDocument(changedText(WESTHAVEN));
  document.set('sign in', parseDocument(signIn).get('sign in'));
  document.setIn(['systems', 0, 'client id'], client);
  // The other system's role is not part of the page.
  const others = samplesWith().filter(({ name }) => !WESTHAVEN.endsWith(name));
  const { policies } = readPolicyFiles([
    ...others,
    policyFile(WESTHAVEN, document.toString({ lineWidth: 0 })),
  ]);
  return policies.organisations.get('westhaven-district-council') ?? assert.fail();
}

for (const [page, fixtures] of Object.entries(PAGE_OF)) {
  const tokens = blocks(page, 'json').map((block): Shown => JSON.parse(block));
  const [signIn = ''] = blocks(page, 'yaml');

  test(`docs/issuers/${page}.md: its tokens are taken under its own file, with the roles that it shows`, async () => {
    assert.ok(tokens.length > 0);
    for (const { header, claims } of tokens) {
      const key = await newKey(header.alg, header.kid);
      const organisation = organisationOf(signIn, claims['azp'] ?? claims['client_id']);
      const authenticator = createAuthenticator({
        senderKeys: SENDER_KEYS,
        organisations: () => [organisation],
        version: () => '1',
        clock: { now: () => NOW_SECONDS * 1000 },
        fetch: publishing(organisation.signIn?.issuer ?? '', [key.publicJwk]),
      });
      const caller = await authenticator.authenticate(
        shown(`Bearer ${await sign(claims, key, { ...header })}`),
      );
      assert.ok('organisation' in caller, JSON.stringify(caller));
      assert.equal(caller.system, 'westhaven-parking-app');
      const isAboutPerson =
        claims['scp'] !== undefined || claims['sid'] !== undefined || page === 'any-other';
      assert.deepEqual(caller.roles, isAboutPerson ? ['civil enforcement officer'] : []);
      assert.equal(caller.person !== undefined, isAboutPerson);
      assert.equal(caller.secondFactor, isAboutPerson);
    }
  });

  test(`docs/issuers/${page}.md: its tokens are those that the profile is tested with`, () => {
    for (const [place, file] of fixtures.entries())
      assert.deepEqual(tokens[place], JSON.parse(readFileSync(join(VECTORS, file), 'utf8')));
  });
}

test('each page names every relaxation of its profile', () => {
  for (const name of ['entra-id', 'keycloak'] as const) {
    const page = readFileSync(join(PAGES, `${name}.md`), 'utf8');
    for (const relaxation of issuerProfile(name).relaxations)
      assert.ok(page.includes(`- ${relaxation}\n`), relaxation);
  }
});

test('docs/issuers/any-other.md: its file for opaque tokens says what the gateway reads in it', () => {
  const [, opaque = ''] = blocks('any-other', 'yaml');
  const { signIn } = organisationOf(opaque, 'westhaven-parking-app');
  assert.deepEqual(signIn?.opaqueTokens, {
    askedWith: 'private key jwt',
    secret: 'WESTHAVEN_TOKENS',
    rememberedMs: 60_000,
  });
});
