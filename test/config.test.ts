import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    ['LOG_KEEP_YEARS', '0', /whole number/],
    ['LOG_KEEP_YEARS', 'six', /whole number/],
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

test('the list of erasures stands beside the head file, and entries are kept for six years, unless the settings say otherwise', () => {
  const { headFile, erasuresFile, logKeepYears } = readConfig(WHOLE);
  assert.deepEqual([erasuresFile, logKeepYears], [`${headFile}.erasures`, 6]);
  const other = readConfig({ ...WHOLE, ERASURES_FILE: '/elsewhere', LOG_KEEP_YEARS: '8' });
  assert.deepEqual([other.erasuresFile, other.logKeepYears], ['/elsewhere', 8]);
});

test('how long the log may go without countersignature is a time with its unit, and never unless said', () => {
  assert.equal(readConfig(WHOLE).witnessesStopAfterMs, undefined);
  for (const [text, ms] of [
    ['never', undefined],
    ['90 s', 90_000],
    ['30min', 1_800_000],
    ['1 h', 3_600_000],
    ['2 d', 172_800_000],
  ] as const)
    assert.equal(
      readConfig({ ...WHOLE, WITNESSES_FILE: tmpdir(), WITNESSES_STOP_AFTER: text }).witnessesStopAfterMs,
      ms,
      text,
    );
  for (const text of ['0 h', '1', '1 hour', '-1 h', '1.5 h'])
    assert.match(
      mistakesOf({ ...WHOLE, WITNESSES_STOP_AFTER: text })[0] ?? '',
      /^WITNESSES_STOP_AFTER is not a time such as/,
    );
});

test('a bound on the time without witnesses needs witnesses', () => {
  assert.match(mistakesOf({ ...WHOLE, WITNESSES_STOP_AFTER: '1 h' })[0] ?? '', /WITNESSES_FILE names none/);
});

test('the cosigned checkpoint stands beside the head file unless said, and the outbox has a folder and an hour', () => {
  const { cosignedFile, witnessesFile, outboxFolder, outboxHour } = readConfig(WHOLE);
  assert.deepEqual(
    [cosignedFile, witnessesFile, outboxFolder, outboxHour],
    ['/var/lib/sharing-gateway/head.cosigned', undefined, undefined, 6],
  );
  assert.equal(readConfig({ ...WHOLE, OUTBOX_FOLDER: tmpdir(), OUTBOX_HOUR: '23' }).outboxHour, 23);
  const told = mistakesOf({
    ...WHOLE,
    OUTBOX_FOLDER: '/nowhere',
    OUTBOX_HOUR: '24',
    WITNESSES_FILE: '/nowhere',
  });
  for (const name of ['OUTBOX_FOLDER', 'OUTBOX_HOUR', 'WITNESSES_FILE'])
    assert.equal(told.filter((mistake) => mistake.startsWith(name)).length, 1, name);
});

test('a log has one place: a file, or the address of a PostgreSQL, whose password may stand in a file of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const password = join(folder, 'password');
  writeFileSync(password, 'p@ss:word\n');
  const shared = {
    ...WHOLE,
    AUDIT_LOG_FILE: '',
    SEARCH_INDEX_FILE: join(folder, 'index'),
    AUDIT_STORE: 'postgres://gateway@localhost/audit',
    AUDIT_STORE_PASSWORD_FILE: password,
  };
  const { auditLogFile, auditStore } = readConfig(shared);
  assert.deepEqual([auditLogFile, auditStore?.shown], ['', 'postgres://localhost/audit']);
  assert.match(auditStore?.connectionString ?? '', /gateway:p%40ss%3Aword@localhost/);
  assert.deepEqual(mistakesOf({ ...shared, AUDIT_LOG_FILE: 'audit.sqlite' }), [
    'AUDIT_STORE and AUDIT_LOG_FILE name two places for one log: leave one of them out',
  ]);
  const wrong = mistakesOf({
    ...shared,
    AUDIT_STORE: 'postgres://gateway:secret@db.northmere.example/audit',
  });
  assert.match(wrong.join('\n'), /^AUDIT_STORE: .* crosses a network: add \?sslmode=verify-full/);
  assert.doesNotMatch(wrong.join('\n'), /secret/);
  const lost = mistakesOf({ ...shared, AUDIT_STORE_PASSWORD_FILE: join(folder, 'nowhere') });
  assert.match(lost.join('\n'), /AUDIT_STORE_PASSWORD_FILE names a file that cannot be read/);
  rmSync(folder, { recursive: true });
});
