/** What an officer meets who writes policy files in an editor: a real YAML language server, and the schemas in docs/schemas. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { REVEALS } from '../../src/domain/dataset.ts';
import {
  BADGES,
  type Change,
  changedText,
  KERBSIDE,
  LOST_BADGES,
  sampleFiles,
  WESTHAVEN,
} from '../support/changed-policies.ts';
import { PolicyEditor } from '../support/policy-editor.ts';

const SHOWN = [...REVEALS, 'not at all'];
const LAWFUL_BASES = [
  'consent',
  'contract',
  'legal obligation',
  'vital interests',
  'public task',
  'recognised legitimate interest',
  'legitimate interests',
];
const ONE_OF_EACH_FORMAT = [KERBSIDE, BADGES, WESTHAVEN, LOST_BADGES];

/** The keys at the top of a sample after changes. */
function keysOf(file: string, ...changes: readonly Change[]): string[] {
  return Object.keys(parse(changedText(file, ...changes)));
}

describe('a policy file in an editor', { timeout: 30_000 }, () => {
  let editor: PolicyEditor;
  before(async () => {
    editor = await PolicyEditor.start();
  });
  after(() => editor.close());

  const offered = async (file: string, text: string): Promise<string[]> =>
    (await editor.offered(file, text)).map(({ label }) => label);

  it('gets no complaint where it is a sample', async () => {
    const all = sampleFiles().map(async (file) => [file, await editor.underlined(file, changedText(file))]);
    assert.deepEqual(
      await Promise.all(all),
      sampleFiles().map((file) => [file, []]),
    );
  });

  it('is offered every key of its format while it holds no more than its first lines', async () => {
    for (const file of ONE_OF_EACH_FORMAT) {
      const [first, format] = [/^#.*\n/, /^format: .*\n/m].map((line) => line.exec(changedText(file))?.[0]);
      const keys = new Set(await offered(file, `${first}${format}▮`));
      const needed = keysOf(file).filter((key) => key !== 'format');
      assert.deepEqual([...new Set(needed).difference(keys)], [], file);
      assert.ok(!keys.has('format'), file);
    }
  });

  it('is offered the key that is missing and none that stands there', async () => {
    for (const [file, line] of [
      [KERBSIDE, 'emergency access: not allowed\n'],
      [BADGES, 'classification: OFFICIAL-SENSITIVE\n'],
      [WESTHAVEN, 'status: active\n'],
      [LOST_BADGES, 'publish in the register: true\n'],
    ] as const) {
      const keys = new Set(await offered(file, changedText(file, [line, '▮\n'])));
      assert.ok(keys.has(line.split(':', 1)[0] ?? ''), `${file}: ${line}`);
      assert.deepEqual([...keys.intersection(new Set(keysOf(file, [line, ''])))], [], file);
    }
  });

  it('is offered the words that may stand after a key, and no other', async () => {
    for (const [file, find, write, words] of [
      [KERBSIDE, 'show: initials', 'show: ▮', SHOWN],
      [KERBSIDE, '    shared by: public task', '    shared by: ▮', LAWFUL_BASES],
      [KERBSIDE, '    shared with: public task', '    shared with: p▮', LAWFUL_BASES],
      [KERBSIDE, 'emergency access: not allowed', 'emergency access: ▮', ['not allowed']],
      [BADGES, 'OFFICIAL-SENSITIVE', '▮', ['OFFICIAL', 'OFFICIAL-SENSITIVE']],
      [WESTHAVEN, 'status: active', 'status: ▮', ['active', 'not active']],
      [
        LOST_BADGES,
        'regime: UK GDPR',
        'regime: ▮',
        ['UK GDPR', 'law enforcement (Part 3)', 'not personal data'],
      ],
    ] as const) {
      assert.deepEqual(
        await offered(file, changedText(file, [find, write])),
        [...words],
        `${file}: ${write}`,
      );
    }
  });

  it('is told what a key means that is offered', async () => {
    const offers = await editor.offered(
      KERBSIDE,
      changedText(KERBSIDE, ['      show: initials\n', '      ▮\n']),
    );
    const show = offers.find(({ label }) => label === 'show');
    assert.equal(show?.documentation, 'a reveal. Needed: no.');
  });

  it('has a misspelt key underlined, whatever its format', async () => {
    for (const [file, find, write] of [
      [KERBSIDE, 'they must never see', 'they must never sea'],
      [BADGES, 'classification', 'clasification'],
      [WESTHAVEN, 'out of hours breach contact', 'out of hours contact'],
      [LOST_BADGES, 'health and care', 'health care'],
    ] as const) {
      assert.deepEqual(await editor.underlined(file, changedText(file, [find, write])), [
        { words: write, says: `Property ${write} is not allowed.` },
      ]);
    }
  });

  it('has a word underlined that is none of the list, and is told the list', async () => {
    const text = changedText(KERBSIDE, ['show: initials', 'show: first letters']);
    const [complaint, ...others] = await editor.underlined(KERBSIDE, text);
    assert.equal(complaint?.words, 'first letters');
    for (const word of SHOWN) assert.ok(complaint.says.includes(`"${word}"`), complaint.says);
    assert.deepEqual(others, []);
  });

  it('is offered nothing of its format without its first line', async () => {
    const text = changedText(KERBSIDE, [/^#.*\n/.exec(changedText(KERBSIDE))?.[0] ?? '', '']);
    const cut = text.replace('emergency access: not allowed\n', '▮\n');
    assert.ok(!(await offered(KERBSIDE, cut)).includes('emergency access'));
  });

  it('needs no network, since this server reaches none', async () => {
    const address = 'https://schemas.northmere.example/agreement.schema.json';
    const [complaint] = await editor.underlined(
      KERBSIDE,
      `# yaml-language-server: $schema=${address}\na: b\n`,
    );
    assert.match(complaint?.says ?? '', /^Unable to load schema .* ERR_ACCESS_DENIED/);
  });
});
