import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { ConfigError, readConfig } from '../src/config.ts';

const WHOLE = {
  GATEWAY_ORIGIN: 'https://gateway.northmere.example',
  POLICIES_FOLDER: tmpdir(),
  AUDIT_LOG_FILE: '/var/lib/sharing-gateway/audit.sqlite',
  HEAD_FILE: '/var/lib/sharing-gateway/head',
  LOG_ORIGIN: 'gateway.northmere.example/audit/2026h2',
  KEYS_FOLDER: tmpdir(),
  PINNED_KEYS_FILE: tmpdir(),
  UPSTREAM_SECRETS_FILE: tmpdir(),
  OPERATOR_CONTACT: 'gateway@northmere.example',
};

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
}

test('names every missing setting at once', () => {
  const mistakes = mistakesOf({});
  for (const name of Object.keys(WHOLE))
    assert.ok(
      mistakes.some((mistake) => mistake.startsWith(`${name} is missing`)),
      name,
    );
});

test('takes a whole configuration, with loopback for what is not named', () => {
  const config = readConfig(WHOLE);
  assert.deepEqual(
    [config.host, config.port, config.operationsHost, config.operationsPort],
    ['127.0.0.1', 8443, '127.0.0.1', 9443],
  );
  assert.equal(config.tls, undefined);
});

test('gives no secret a default and reads none from the environment itself', () => {
  assert.ok(
    !Object.keys(readConfig(WHOLE)).some(
      (name) => /secret|password|token/i.test(name) && !name.endsWith('File'),
    ),
  );
});

test('says what is wrong with each wrong setting', () => {
  const wrong: [string, string, RegExp][] = [
    ['GATEWAY_PORT', '70000', /not a port/],
    ['OPERATIONS_PORT', '-1', /not a port/],
    ['GATEWAY_ORIGIN', 'https://gateway.example/', /without a slash/],
    ['GATEWAY_ORIGIN', 'gateway.example', /not an origin/],
    ['GATEWAY_ORIGIN', 'ftp://gateway.example', /not an origin/],
    ['LOG_ORIGIN', 'https://gateway.example', /other signs/],
    ['LOG_LEVEL', 'loud', /not one of/],
    ['DRAIN_SECONDS', 'soon', /number of seconds/],
    ['AUDIT_LOG_MOST_MB', '0', /whole number/],
    ['POLICIES_FOLDER', '/there/is/nothing/here', /not there/],
    ['PRIVATE_CA_FILE', '/there/is/nothing/here', /cannot be read/],
    ['TLS_KEY_FILE', import.meta.filename, /TLS_CERTIFICATE_FILE is missing/],
    ['TLS_CERTIFICATE_FILE', import.meta.filename, /TLS_KEY_FILE is missing/],
  ];
  for (const [name, value, expected] of wrong) {
    const mistakes = mistakesOf({ ...WHOLE, [name]: value });
    assert.equal(mistakes.length, 1, `${name}: ${mistakes.join('; ')}`);
    assert.match(mistakes[0] ?? '', expected);
  }
});
