/** What an operator is told of issuers: each relaxation by its name, and numbers by organisation and by nothing that a token says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMetrics } from '../../../src/adapters/telemetry/metrics.ts';
import type { Organisation } from '../../../src/domain/organisation.ts';
import { measureIssuers, tellRelaxations } from '../../../src/roof/threads/tell-issuers.ts';
import { anOrganisation } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';

function told(...organisations: readonly Organisation[]): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  tellRelaxations(organisations, {
    info(line: Record<string, unknown>) {
      lines.push(line);
    },
  } as never);
  return lines;
}

test('each relaxation of a profile, each weaker algorithm and opaque tokens are told by the name of the organisation', () => {
  const opaqueTokens = { askedWith: 'mutual tls', secret: 'ONE', rememberedMs: 1 } as const;
  const [line, ...more] = told(
    anOrganisation(ISSUER, { profile: 'entra-id', algorithms: ['RS256'], opaqueTokens }),
    anOrganisation(ISSUER, {}, { id: 'plain' }),
    anOrganisation(ISSUER, { profile: 'keycloak' }, { id: 'left', active: false }),
    { ...anOrganisation(ISSUER), signIn: undefined },
  );
  assert.deepEqual(more, []);
  assert.equal(line?.['organisation'], 'westhaven-district-council');
  const takes = JSON.stringify(line?.['takes']);
  for (const words of ['header type may be JWT', 'token identifier is read from uti', 'RS256', 'without jti'])
    assert.ok(takes.includes(words), words);
});

test('RS-24: how old keys are and how often an issuer failed is told by organisation', async () => {
  const metrics = makeMetrics(undefined);
  let failures = 2;
  measureIssuers(
    {
      issuers: () => [
        { organisation: 'one', keysAgeMs: 90_500, failures },
        { organisation: 'two', keysAgeMs: undefined, failures: 0 },
      ],
    },
    metrics,
  );
  failures = 3;
  const { text } = await metrics.text();
  assert.match(text, /gateway_issuer_keys_age_seconds\{organisation="one"\} 90\.5\n/);
  assert.doesNotMatch(text, /gateway_issuer_keys_age_seconds\{organisation="two"\}/);
  assert.match(text, /gateway_issuer_failures\{organisation="one"\} 3\n/);
  assert.match(text, /gateway_issuer_failures\{organisation="two"\} 0\n/);
});
