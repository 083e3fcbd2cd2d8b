/** From a dataset file to the dataset. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  BADGES,
  changedText,
  PATIENTS,
  policyFile,
  refuses,
  samplesWith,
  TAX,
  takes,
} from '../../support/changed-policies.ts';

const { datasets } = readPolicyFiles(samplesWith()).policies;

test('an upstream is read with its quantities as numbers', () => {
  const upstream = datasets.get('blue-badges')?.upstream;
  assert.equal(upstream?.address, 'https://badges.internal.northmere.example/uk-gov-dft/blue-badge/1.0.0');
  assert.equal(upstream?.timeoutMs, 5000);
  assert.equal(upstream?.largestAnswerBytes, 262_144);
  assert.deepEqual(upstream?.signIn, {
    kind: 'oauth client credentials',
    secret: 'BLUE_BADGE_CLIENT',
    issuer: 'https://badges.internal.northmere.example',
  });
});

test('headers that are always sent come from a closed set', () => {
  const sent = datasets.get('patient-demographics')?.upstream.alwaysSend;
  assert.deepEqual(
    [...(sent ?? [])],
    [
      ['X-Request-ID', { kind: 'exchange id' }],
      ['NHSD-End-User-Organisation-ODS', { kind: 'consumer code' }],
    ],
  );
});

test('a constant can be sent, and an address may end with a slash', () => {
  takes(PATIENTS, ['    X-Request-ID: exchange id', '    X-Request-ID: {constant: "7"}']);
  takes(BADGES, ['blue-badge/1.0.0', 'blue-badge/1.0.0/']);
  takes(BADGES, ['address: https://badges.internal.northmere.example', 'address: http://127.0.0.1:8801']);
});

test('every secret of the samples is a name', () => {
  for (const { upstream } of datasets.values()) {
    if (upstream.signIn.kind !== 'none') assert.match(upstream.signIn.secret, /^[A-Z_]+$/);
  }
});

test('a dataset cannot take a name that the gateway keeps', () => {
  refuses(
    PATIENTS,
    [['dataset: patient-demographics', 'dataset: log']],
    'dataset: log',
    '`log` is a name that the gateway keeps for itself; choose another',
  );
});

test('a dataset cannot begin with a dot', () => {
  refuses(
    PATIENTS,
    [['dataset: patient-demographics', 'dataset: .well-known']],
    'dataset: .well-known',
    '`.well-known` cannot stand at `dataset`; use small letters, digits and hyphens, at most 63 characters',
  );
});

test('a dataset belongs to an organisation that is there', () => {
  refuses(
    BADGES,
    [['controller: northmere-city-council', 'controller: northmere-city-counsel']],
    'controller: northmere-city-counsel',
    'there is no organisation `northmere-city-counsel`; did you mean `northmere-city-council`?',
  );
});

test('a time out without a unit is refused', () => {
  refuses(
    BADGES,
    [['timeout: 5 seconds', 'timeout: fast']],
    'timeout: fast',
    'this is not a number and a unit; write `5 seconds`',
  );
});

test('a time out above two minutes is refused', () => {
  refuses(
    BADGES,
    [['timeout: 5 seconds', 'timeout: 1 hour']],
    'timeout: 1 hour',
    'this is more than the gateway allows; write `5 seconds`',
  );
});

test('an answer above one GB is refused', () => {
  refuses(
    BADGES,
    [['largest answer: 256 KB', 'largest answer: 2000 MB']],
    'largest answer: 2000 MB',
    'this is more than the gateway allows; write `256 KB` or `4 MB`',
  );
});

test('an api key needs the name of its header', () => {
  refuses(
    TAX,
    [['  header: X-API-Key\n', '']],
    'upstream:',
    '`header` is missing for signing in with `api key`; add a line `header: …`',
  );
});

test('client credentials need their issuer', () => {
  refuses(
    BADGES,
    [['  issuer: https://badges.internal.northmere.example\n', '']],
    'upstream:',
    '`issuer` is missing for signing in with `oauth client credentials`; add a line `issuer: …`',
  );
});

test('a client certificate is named by its secret and by nothing else', () => {
  const asked = ['  sign in: api key\n', '  sign in: client certificate\n'] as const;
  takes(TAX, asked, ['  header: X-API-Key\n', '']);
  refuses(
    TAX,
    [asked],
    'header: X-API-Key',
    'signing in with `client certificate` uses no `header`; take the line out',
  );
});

test('a dataset may say how many requests its provider gets at one time', () => {
  const line = '  largest answer: 256 KB\n';
  takes(BADGES, [line, `${line}  most at once: 20\n`]);
  const badges = policyFile(BADGES, changedText(BADGES, [line, `${line}  most at once: 20\n`]));
  const others = samplesWith().filter(({ name }) => name !== 'blue-badges.yaml');
  const read = readPolicyFiles([...others, badges]).policies;
  assert.equal(read.datasets.get('blue-badges')?.upstream.mostAtOnce, 20);
  assert.equal(datasets.get('blue-badges')?.upstream.mostAtOnce, undefined);
});

test('what a way to sign in does not use is refused', () => {
  refuses(
    TAX,
    [['  header: X-API-Key\n', '  header: X-API-Key\n  issuer: https://a.example\n']],
    'issuer: https://a.example',
    'signing in with `api key` uses no `issuer`; take the line out',
  );
});

test('a dataset cannot set the header of the credential', () => {
  refuses(
    PATIENTS,
    [['    X-Request-ID: exchange id', '    Authorization: exchange id']],
    'Authorization: exchange id',
    "the header `Authorization` is not a dataset's to set; take the line out",
  );
});

test('a dataset cannot set a header of the connection', () => {
  refuses(
    PATIENTS,
    [['    X-Request-ID: exchange id', '    Transfer-Encoding: {constant: chunked}']],
    'Transfer-Encoding: {constant: chunked}',
    "the header `Transfer-Encoding` is not a dataset's to set; take the line out",
  );
});

test('a header is sent with a value of the closed set', () => {
  refuses(
    PATIENTS,
    [['    X-Request-ID: exchange id', '    X-Request-ID: request id']],
    'X-Request-ID: request id',
    '`request id` is not a word that `X-Request-ID` knows; write one of: `exchange id`, `consumer code`, `role`',
  );
});

test('a lookup is tied to a field that is there', () => {
  refuses(
    BADGES,
    [['field: badgeNumber}', 'field: badgeNumer}']],
    'badge number: {in: path, kind: blue badge number, about the ',
    '`badgeNumer` is not a field of this dataset; did you mean `badgeNumber`?',
  );
});
