/** Tests of src/governance/partners/partner-connection.ts: what came in the way, in words, and for whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionFindings } from '../../../src/governance/partners/partner-connection.ts';
import { API_TEAM, YOU } from '../../../src/governance/partners/partner-finding.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const DAY_MS = 86_400_000;
const address = 'https://api.example';

test('each failure has words of its own and somebody who can mend it', () => {
  const failed = (code: string) => connectionFindings({ reached: false, address, code }, API_TEAM, NOW)[0];
  const cases: readonly (readonly [string, RegExp, string])[] = [
    ['ENOTFOUND', /no name server knows/, API_TEAM],
    ['EAI_AGAIN', /name servers did not answer/, YOU],
    ['ADDRESS_REFUSED', /not public and that this gateway does not allow/, YOU],
    ['PROXY', /the proxy opened no way/, YOU],
    ['NOT_HTTPS', /not an https address/, YOU],
    ['ECONNREFUSED', /nothing answers/, API_TEAM],
    ['CERT_HAS_EXPIRED', /has expired/, API_TEAM],
    ['CERT_NOT_YET_VALID', /not valid yet/, API_TEAM],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/, API_TEAM],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /nobody whom the gateway trusts/, API_TEAM],
    ['UND_ERR_CONNECT_TIMEOUT', /did not accept a connection in time/, API_TEAM],
    ['ETIMEDOUT', /did not accept a connection in time/, API_TEAM],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /does not speak TLS as/, API_TEAM],
    ['EPROTO', /does not speak TLS as/, API_TEAM],
    ['constructor', /could not be reached/, API_TEAM],
    ['', /could not be reached/, API_TEAM],
  ];
  for (const [code, words, who] of cases) {
    assert.equal(failed(code)?.verdict, 'to mend', code);
    assert.match(failed(code)?.found ?? '', words, code);
    assert.equal(failed(code)?.mend?.who, who, code);
  }
});

test('a certificate is to be renewed in its last thirty days', () => {
  const verdict = (days: number) => {
    const tls = { version: 'TLSv1.2', endsAtMs: NOW + days * DAY_MS };
    return connectionFindings({ reached: true, address, tls }, API_TEAM, NOW).map((one) => one.verdict);
  };
  assert.deepEqual(verdict(30), ['ok', 'ok']);
  assert.deepEqual(verdict(29), ['ok', 'to mend']);
  assert.deepEqual(verdict(Number.NaN), ['ok', 'cannot tell']);
});
