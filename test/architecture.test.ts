/** The house: floors, no cycles, who may read the environment, who may mint a receipt, tests that mirror the source. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const FLOORS: readonly (readonly string[])[] = [
  ['src/encoding'],
  ['src/domain', 'src/disclosure', 'src/merkle'],
  ['src/exchange', 'src/audit-log', 'src/governance'],
  [
    'src/http',
    'src/console',
    'src/cli',
    'src/adapters/oidc',
    'src/adapters/policies',
    'src/adapters/upstream',
    'src/adapters/storage',
    'src/adapters/signing',
    'src/adapters/notify',
    'src/adapters/telemetry',
    'src/adapters/witness',
  ],
  ['src'],
];

const files = globSync('src/**/*.ts').map(normalize).sort();
const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** Files that a file imports, by any kind of import or worker address; packages left out. */
function importsOf(file: string): string[] {
  const specifiers = [
    ...(sources.get(file) ?? '').matchAll(/(?:from|import|import\(|new URL\()\s*'(\.[^']+)'/g),
  ];
  return specifiers.map(([, specifier]) => normalize(join(dirname(file), specifier ?? '')));
}

/** The roof: main, cli, compose and config, and the rooms under it. */
function isRoof(file: string): boolean {
  return dirname(file) === 'src' || file.startsWith('src/roof/');
}

function room(file: string): { floor: number; folder: string } {
  for (const [floor, folders] of FLOORS.entries()) {
    for (const folder of folders) {
      const inside = folder === 'src' ? isRoof(file) : file.startsWith(`${folder}/`);
      if (inside) return { floor, folder };
    }
  }
  throw new Error(
    `${file} stands in no room of the house: move it, or draw the room in docs/architecture.md and here`,
  );
}

test('every file imports only from a lower floor or its own folder', () => {
  for (const file of files) {
    const here = room(file);
    for (const imported of importsOf(file)) {
      const there = room(imported);
      assert.ok(
        there.floor < here.floor || there.folder === here.folder,
        `${file} (floor ${here.floor}) imports ${imported} (floor ${there.floor}): declare what you need as a port in ${here.folder} and let the roof connect the two`,
      );
    }
  }
});

test('no file reaches itself through its imports', () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `a cycle: ${[...path, file].join(' → ')}`);
    if (done.has(file)) return;
    for (const imported of importsOf(file)) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test('every import names a file that is there', () => {
  for (const file of files)
    for (const imported of importsOf(file)) assert.ok(existsSync(imported), `${file} imports ${imported}`);
});

test('the source imports nothing of the demo, the benchmarks or the tests', () => {
  for (const [file, text] of sources) assert.doesNotMatch(text, /from '[./]*(demo|bench|test)\//, file);
});

test('only the roof reads the environment', () => {
  for (const [file, text] of sources) {
    if (!isRoof(file)) assert.ok(!text.includes('process.env'), `${file}: take the setting as an argument`);
  }
});

test('only the audit log mints receipts', () => {
  for (const [file, text] of sources) {
    if (file.startsWith('src/audit-log/')) continue;
    assert.ok(
      !/DurableReceipt\.mint|\bmint\(/.test(text) || file === 'src/domain/receipt.ts',
      `${file} mints a receipt`,
    );
  }
});

test('only the door and the documents around it write to a response', () => {
  const mayWrite = new Set([
    'src/http/exchange-reply.ts',
    'src/http/gateway-app.ts',
    'src/http/gate.ts',
    'src/http/operations-app.ts',
    'src/http/log-door.ts',
    'src/http/witness-app.ts',
    'src/http/log-reports.ts',
    'src/http/log-questions.ts',
  ]);
  for (const [file, text] of sources) {
    if (mayWrite.has(file)) continue;
    assert.doesNotMatch(text, /response\.(writeHead|write|end|send|json)\(/, `${file}: hand it to the door`);
  }
});

test('floor 1 and floor 0 do no input or output and ask no clock', () => {
  const forbidden =
    /from '(?:node:(?:fs|net|http|https|dns|child_process|worker_threads|sqlite)|express|undici|pg|winston)|Date\.now\(|new Date\(\)/;
  for (const [file, text] of sources) {
    if (room(file).floor <= 1) assert.doesNotMatch(text, forbidden, file);
  }
});

test('every file begins by saying what it is', () => {
  for (const [file, text] of sources)
    assert.match(text, /^(#!.*\n)?\/\*\*/, `${file}: begin with one sentence`);
});

test('no file has two ideas', () => {
  for (const [file, text] of sources) {
    assert.ok(text.split('\n').length <= 301, `${file} is over 300 lines: split it by idea`);
    assert.doesNotMatch(
      file,
      /(utils?|helpers?|common|misc|services?|manager)(\.ts|\/)|\/index\.ts$/,
      `${file}: say what it is`,
    );
    assert.doesNotMatch(text, /export default/, `${file}: named exports only`);
  }
});

test('every test file stands where its source file stands', () => {
  const own = ['architecture.test.ts', 'readme.test.ts', 'packaging.test.ts', 'threat-model.test.ts'];
  const free = ['campaigns', 'certs', 'contracts', 'demo', 'bench', 'transcripts', 'support'];
  for (const file of globSync('test/**/*.test.ts').map(normalize)) {
    const inner = file.slice('test/'.length);
    if (own.includes(inner) || free.some((folder) => inner.startsWith(`${folder}/`))) continue;
    const source = join('src', inner.replace(/\.test\.ts$/, '.ts'));
    assert.ok(sources.has(source), `${file} tests ${source}, which is not there`);
  }
});

test('the ports and the types need no test, every other file has one', () => {
  const missing = files.filter((file) => {
    const text = sources.get(file) ?? '';
    const onlyTypes = !/^export (?:async )?(?:function|class|const)/m.test(text);
    return !onlyTypes && !existsSync(join('test', file.slice('src/'.length).replace(/\.ts$/, '.test.ts')));
  });
  assert.deepEqual(
    missing.filter((file) => !TESTED_ELSEWHERE.has(file)),
    [],
  );
  for (const [file, place] of TESTED_ELSEWHERE)
    assert.ok(existsSync(place), `${file} is said to be tested in ${place}`);
});

/** Files whose promise only a larger whole can show, and where that is. */
const TESTED_ELSEWHERE = new Map([
  ['src/audit-log/finding/entry-filter.ts', 'test/audit-log/finding/entry-terms.test.ts'],
  ['src/audit-log/finding/entry-postings.ts', 'test/adapters/storage/search/index-follower.test.ts'],
  ['src/adapters/storage/search/block-walk.ts', 'test/adapters/storage/search/log-search-index.test.ts'],
  ['src/adapters/storage/search/erased-reach.ts', 'test/adapters/storage/search/index-follower.test.ts'],
  ['src/http/log-questions.ts', 'test/cli/search-log.test.ts'],
  ['src/roof/log/asked-log.ts', 'test/cli/search-log.test.ts'],
  ['src/roof/log/log-asking.ts', 'test/cli/search-log.test.ts'],
  ['src/roof/log/open-log-answers.ts', 'test/cli/search-log.test.ts'],
  ['src/roof/log/offline-search.ts', 'test/cli/search-log.test.ts'],
  ['src/roof/settings/settings-reader.ts', 'test/config.test.ts'],
  ['src/governance/reports/exchange-as-cells.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/adapters/oidc/sender-keys.ts', 'test/transcripts/senders-prove-a-key.test.ts'],
  ['src/adapters/oidc/token-binding.ts', 'test/transcripts/senders-prove-a-key.test.ts'],
  ['src/adapters/signing/nonce-keys.ts', 'test/transcripts/senders-prove-a-key.test.ts'],
  ['src/exchange/not-proved.ts', 'test/transcripts/senders-prove-a-key.test.ts'],
  ['src/roof/log/turned-away.ts', 'test/transcripts/senders-prove-a-key.test.ts'],
  ['src/adapters/oidc/token-prover.ts', 'test/adapters/oidc/authenticator.test.ts'],
  ['src/domain/caller.ts', 'test/http/protected-resource-metadata.test.ts'],
  ['src/audit-log/ports.ts', 'test/contracts/audit-store.contract.ts'],
  ['src/disclosure/rules.ts', 'test/disclosure/disclosure.test.ts'],
  ['src/audit-log/recovering/copy-log.ts', 'test/cli/migrate-log.test.ts'],
  ['src/adapters/storage/sqlite/wal-copy-state.ts', 'test/adapters/storage/sqlite/copied-wal.test.ts'],
  ['src/adapters/storage/sqlite/wal-copy-thread.ts', 'test/adapters/storage/sqlite/copied-wal.test.ts'],
  ['src/adapters/storage/sqlite/sqlite-copy.ts', 'test/cli/migrate-log.test.ts'],
  ['src/adapters/storage/postgres/postgres-copy.ts', 'test/cli/migrate-log.test.ts'],
  ['src/adapters/storage/postgres/commit-writer.ts', 'test/adapters/storage/postgres/postgres-store.test.ts'],
  ['src/roof/log/log-at-rest.ts', 'test/roof/commands/store-commands.test.ts'],
  ['src/adapters/storage/postgres/entry-rows.ts', 'test/adapters/storage/postgres/postgres-store.test.ts'],
  ['src/adapters/storage/postgres/hash-tiles.ts', 'test/adapters/storage/postgres/postgres-store.test.ts'],
  ['src/cli/open-policies.ts', 'test/roof/commands/party-commands.test.ts'],
  ['src/cli/sign.ts', 'test/roof/commands/party-commands.test.ts'],
  ['src/cli/stop.ts', 'test/roof/commands/party-commands.test.ts'],
  ['src/http/log-backups.ts', 'test/roof/log/log-backup.test.ts'],
  ['src/roof/commands/backup-commands.ts', 'test/transcripts/backup.test.ts'],
  ['src/cli/backup-log.ts', 'test/transcripts/backup.test.ts'],
  ['src/cli/restore-log.ts', 'test/transcripts/backup.test.ts'],
  ['src/cli/recover-log.ts', 'test/transcripts/backup.test.ts'],
  ['src/roof/commands/recover-commands.ts', 'test/transcripts/backup.test.ts'],
  ['src/roof/log/receipts-of-lost-entries.ts', 'test/transcripts/backup.test.ts'],
  ['src/adapters/storage/sqlite/new-store.ts', 'test/adapters/storage/postgres/postgres-source.test.ts'],
  ['src/adapters/storage/sqlite/carried-over.ts', 'test/roof/log/log-recovery.test.ts'],
  ['src/audit-log/recovering/recover-order.ts', 'test/roof/log/log-recovery.test.ts'],
  ['src/roof/log/erased-again.ts', 'test/roof/log/log-recovery.test.ts'],
  ['src/roof/log/findings-of-log.ts', 'test/roof/log/log-recovery.test.ts'],
  ['src/audit-log/recovering/recover-facts.ts', 'test/roof/log/entries-brought-back.test.ts'],
  ['src/adapters/storage/sqlite/durable-files.ts', 'test/adapters/storage/sqlite/sqlite-restore.test.ts'],
  ['src/roof/threads/gateway-thread.ts', 'test/roof/threads/gateway-threads.test.ts'],
  ['src/roof/threads/consumers-face.ts', 'test/compose.test.ts'],
  ['src/adapters/oidc/judged-claims.ts', 'test/adapters/oidc/token-checks.test.ts'],
  ['src/roof/threads/issuer-connections.ts', 'test/transcripts/opaque-tokens.test.ts'],
  ['src/roof/threads/tell-event.ts', 'test/compose.test.ts'],
  ['src/roof/policies/offline-stop.ts', 'test/roof/commands/party-commands.test.ts'],
  ['src/roof/threads/start-log.ts', 'test/compose.test.ts'],
  ['src/roof/threads/gateway-head.ts', 'test/transcripts/postgres-backup.test.ts'],
  ['src/roof/witnesses/witnesses.ts', 'test/transcripts/witness.test.ts'],
  ['src/roof/witnesses/countersigned-log.ts', 'test/transcripts/witness.test.ts'],
  ['src/domain/audit-entry.ts', 'test/domain/leaf.test.ts'],
  ['src/domain/dataset.ts', 'test/adapters/policies/policy-folder.test.ts'],
  ['src/domain/gateway-error.ts', 'test/exchange/exchange.test.ts'],
  ['src/domain/reason.ts', 'test/http/problem.test.ts'],
  ['src/domain/receipt.ts', 'test/http/exchange-reply.test.ts'],
  ['src/exchange/account.ts', 'test/exchange/exchange.test.ts'],
  ['src/exchange/answers.ts', 'test/exchange/exchange.test.ts'],

  ['src/domain/judge-asker.ts', 'test/domain/decision.test.ts'],
  ['src/domain/rejudge.ts', 'test/governance/changes/replay.test.ts'],
  ['src/governance/changes/as-if-signed.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-agreement.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-as-page.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-dataset.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-fields.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-organisation.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/diff-values.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/policy-change.ts', 'test/governance/changes/diff-policies.test.ts'],
  ['src/governance/changes/replay-as-page.ts', 'test/governance/changes/replay.test.ts'],
  ['src/governance/partners/partner-finding.ts', 'test/governance/partners/partner-as-page.test.ts'],
  ['src/governance/partners/partner-findings.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/governance/partners/partner-issuer.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/governance/partners/partner-keys.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/governance/partners/partner-token.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/cli/check-partner.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/cli/new-partner.ts', 'test/transcripts/new-partner.test.ts'],
  ['src/cli/progress-bar.ts', 'test/cli/verify-log.test.ts'],
  ['src/roof/commands/change-commands.ts', 'test/cli/replay-exchanges.test.ts'],
  ['src/roof/commands/start-commands.ts', 'test/cli.test.ts'],
  ['src/roof/commands/check-commands.ts', 'test/cli.test.ts'],
  ['src/roof/commands/keys-commands.ts', 'test/cli.test.ts'],
  ['src/roof/commands/people-commands.ts', 'test/cli/protect.test.ts'],
  ['src/roof/commands/command-policies.ts', 'test/cli.test.ts'],
  ['src/roof/commands/partner-probes.ts', 'test/roof/commands/partner-commands.test.ts'],
  ['src/cli/opt-out.ts', 'test/cli/protect.test.ts'],
  ['src/cli/people-order.ts', 'test/cli/protect.test.ts'],
  ['src/roof/policies/orders-about-people.ts', 'test/transcripts/protected-people.test.ts'],
  ['src/governance/exports/openapi-answer.ts', 'test/governance/exports/openapi.test.ts'],
  ['src/governance/exports/openapi-asking.ts', 'test/governance/exports/openapi.test.ts'],
  ['src/governance/exports/openapi-values.ts', 'test/governance/exports/openapi.test.ts'],
  ['src/governance/scaffolds/openapi-reading.ts', 'test/governance/scaffolds/new-dataset.test.ts'],
  ['src/governance/scaffolds/guessed-field.ts', 'test/governance/scaffolds/new-dataset.test.ts'],
  ['src/governance/scaffolds/new-dataset-as-yaml.ts', 'test/governance/scaffolds/new-dataset.test.ts'],
  ['src/governance/exports/export-api-catalogue.ts', 'test/governance/pages/export-table.test.ts'],
  ['src/governance/exports/export-article-30.ts', 'test/governance/pages/export-table.test.ts'],
  ['src/governance/exports/export-register.ts', 'test/governance/pages/export-table.test.ts'],
  ['src/governance/pages/page-faces.ts', 'test/cli/diff-policies.test.ts'],
  ['src/governance/explaining/newest-versions.ts', 'test/governance/pages/export-table.test.ts'],
  ['src/cli/export-policies.ts', 'test/roof/commands/officer-commands.test.ts'],
  ['src/cli/new-dataset.ts', 'test/governance/scaffolds/new-dataset.test.ts'],
  ['src/roof/commands/export-commands.ts', 'test/roof/commands/officer-commands.test.ts'],
  ['src/roof/log/receipts-of-exchange.ts', 'test/exchange/release.test.ts'],
  ['src/governance/reports/report-entry.ts', 'test/governance/reports/report-outcome.test.ts'],
  ['src/governance/reports/report-exchange.ts', 'test/roof/log/reports.test.ts'],
  ['src/governance/reports/report-subject.ts', 'test/roof/log/reports.test.ts'],
  ['src/governance/reports/report-copies.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-copy-as-page.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-note-as-page.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-as-csv.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-staff.ts', 'test/roof/log/reports.test.ts'],
  ['src/governance/reports/report-staff-as-page.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-staff-as-csv.ts', 'test/governance/reports/report-faces.test.ts'],
  ['src/governance/reports/report-asked-for.ts', 'test/roof/log/reports.test.ts'],
  ['src/audit-log/finding/find-exchanges.ts', 'test/audit-log/finding/candidates.test.ts'],
  ['src/roof/policies/policies-of-the-log.ts', 'test/roof/log/reports.test.ts'],
  ['src/roof/commands/report-commands.ts', 'test/transcripts/reports.test.ts'],
  ['src/http/log-reports.ts', 'test/transcripts/reports.test.ts'],
  ['src/cli/report-log.ts', 'test/transcripts/reports.test.ts'],
  ['src/http/log-door.ts', 'test/roof/log/proving.test.ts'],
  ['src/http/log-proofs.ts', 'test/roof/log/proving.test.ts'],
  ['src/http/log-tiles.ts', 'test/roof/log/proving.test.ts'],
  ['src/audit-log/proving/entry-lines.ts', 'test/http/log-export.test.ts'],
  ['src/roof/commands/store-option.ts', 'test/roof/commands/store-commands.test.ts'],
  ['src/http/party-log.ts', 'test/roof/log/proving.test.ts'],
  ['src/roof/policies/agreement-texts.ts', 'test/roof/log/proving.test.ts'],
  ['src/cli/ask-log.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/cli/export-evidence.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/cli/prove.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/cli/reconcile.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/roof/commands/log-at-hand.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/roof/commands/verify-commands.ts', 'test/roof/commands/proof-commands.test.ts'],
  ['src/adapters/storage/sqlite/entry-changes.ts', 'test/adapters/storage/sqlite/sqlite-store.test.ts'],
  ['src/cli/hold.ts', 'test/cli/erase.test.ts'],
  ['src/cli/retention.ts', 'test/cli/erase.test.ts'],
  ['src/cli/upkeep-order.ts', 'test/cli/erase.test.ts'],
  ['src/http/log-upkeep.ts', 'test/cli/erase.test.ts'],
  ['src/roof/log/offline-upkeep.ts', 'test/cli/erase.test.ts'],
  ['src/roof/commands/upkeep-commands.ts', 'test/cli/erase.test.ts'],
  ['src/roof/log/upkeep-in-words.ts', 'test/cli/erase.test.ts'],
  ['src/roof/log/upkeep-orders.ts', 'test/cli/erase.test.ts'],
]);
