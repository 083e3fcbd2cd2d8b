/** Tests of the exports: src/governance/export-*.ts, over the sample policies. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import { policySet } from '../../../src/domain/policy-set.ts';
import {
  CATALOGUE_COLUMNS,
  exportApiCatalogue,
} from '../../../src/governance/exports/export-api-catalogue.ts';
import {
  CONTROLLER_COLUMNS,
  exportControllers,
  exportProcessors,
  PROCESSOR_COLUMNS,
} from '../../../src/governance/exports/export-article-30.ts';
import { exportRegister, REGISTER_COLUMNS } from '../../../src/governance/exports/export-register.ts';
import {
  type ExportTable,
  tableAsCsv,
  tableAsJson,
  tableAsPage,
} from '../../../src/governance/pages/export-table.ts';
import { pageAsHtml } from '../../../src/governance/pages/page-as-html.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const policies = await loadPolicyFolder(join(import.meta.dirname, '../../../policies'));

function rowOf(table: ExportTable, first: string): Record<string, string> {
  const rows: Record<string, string>[] = parse(tableAsCsv(table), { columns: true });
  const row = rows.find((one) => Object.values(one)[0]?.startsWith(first));
  assert.ok(row !== undefined, first);
  return row;
}

test('the register has the eighteen columns of the Digital Economy Act register, in their order', () => {
  assert.equal(REGISTER_COLUMNS.length, 18);
  const [head = ''] = tableAsCsv(exportRegister(policies, NOW)).split('\r\n');
  assert.equal(
    head,
    'information-sharing-agreement-0001,name,purpose,information-sharing-benefits,legal-power-disclosure,disclosed-information,controllers,controller-names,information-sharing-method,processors,processor-names,retention-period,start-date,end-date,review-date,contact,areas,area-names',
  );
});

test('a row of the register says who discloses, who receives, what, and for how long', () => {
  const row = rowOf(exportRegister(policies, NOW), 'DSA-2026-014');
  assert.equal(row['controller-names'], 'Northmere City Council');
  assert.equal(row['processor-names'], 'Westhaven District Council');
  assert.equal(row['processors'], 'local-authority-eng:WHV');
  assert.equal(row['retention-period'], 'P28D');
  assert.equal(row['start-date'], '2026-04-01');
  assert.match(row['disclosed-information'] ?? '', /^Badge number;/);
  assert.doesNotMatch(row['disclosed-information'] ?? '', /National Insurance/);
  assert.equal(row['contact'], 'information.rights@northmere.example');
});

test('an agreement that is withheld from the register is counted and not listed', () => {
  const secret = policies.agreements.map((agreement) => ({
    ...agreement,
    words: { ...agreement.words, 'publish in the register': { 'withheld because': 'crime' as const } },
  }));
  const set = policySet(
    [...policies.organisations.values()],
    [...policies.datasets.values()],
    secret,
    'ab'.repeat(32),
  );
  const { rows, remarks } = exportRegister(set, NOW);
  assert.deepEqual(rows, []);
  assert.match(remarks.join(' '), /agreements? withheld for reasons of security or crime/);
});

test('the record of processing has every element of Article 30(1) for both parties', () => {
  const table = exportControllers(policies, NOW);
  assert.deepEqual(table.columns, CONTROLLER_COLUMNS);
  const row = rowOf(table, 'DSA-2026-014 version 3');
  for (const column of CONTROLLER_COLUMNS) assert.notEqual(row[column], '', column);
  assert.match(row['data protection officer'] ?? '', /@northmere\.example/);
  assert.equal(row['transfers to third countries and safeguards'], 'none');
  assert.match(row['categories of personal data'] ?? '', /special category: health/);
  assert.equal(table.rows.filter(([first]) => first === 'DSA-2026-014 version 3').length, 2);
});

test('the record of processing has every element of Article 30(2) for each processor', () => {
  const row = rowOf(exportProcessors(policies, NOW), 'DSA-2026-014 version 3');
  assert.deepEqual(Object.keys(row), [...PROCESSOR_COLUMNS]);
  assert.equal(row['processor name'], 'Northmere Shared Technology Service');
  assert.equal(row['on behalf of controllers'], 'Northmere City Council and Westhaven District Council');
});

test('the API Catalogue has its columns and a row for each dataset, at the address of the gateway', () => {
  const { columns, rows } = exportApiCatalogue(policies, 'https://gateway.northmere.example', NOW);
  assert.deepEqual(columns, CATALOGUE_COLUMNS);
  assert.equal(rows.length, policies.datasets.size);
  assert.ok(
    rows.every((row) => row[2]?.startsWith('https://gateway.northmere.example/') && row[0] === '2026-11-23'),
  );
  assert.ok(!JSON.stringify(rows).includes('internal'));
});

test('what stands in files is text in every face', () => {
  const table: ExportTable = {
    title: '<script>1</script>',
    columns: ['a', 'b'],
    rows: [['=1+1', '<img src=x>\r\n"quoted"']],
    remarks: [],
  };
  assert.deepEqual(parse(tableAsCsv(table)), [
    ['a', 'b'],
    ["'=1+1", '<img src=x>\r\n"quoted"'],
  ]);
  assert.deepEqual(JSON.parse(tableAsJson(table)), [{ a: '=1+1', b: '<img src=x>\r\n"quoted"' }]);
  const html = pageAsHtml(tableAsPage(table));
  assert.doesNotMatch(html, /<script>1|<img/);
});
