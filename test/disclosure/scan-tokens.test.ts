import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOKEN_FUNCTIONS } from '../../src/disclosure/scan-tokens.ts';
import { HERE, type RawFunctions, rawScanner } from './raw-scanner.ts';

const { functions, bytes } = rawScanner();

/** Where the token ends, from its beginning; negative where the grammar breaks. */
function end(name: 'stringEnd' | 'escapeEnd' | 'numberEnd' | 'digitsEnd', text: string): number {
  bytes.fill(0, HERE, HERE + 200);
  bytes.write(text, HERE, 'utf8');
  const at = functions[name](HERE);
  return at < 0 ? at + HERE : at - HERE;
}

test('a string ends at its first quote without a backslash, wherever that stands among sixteen bytes', () => {
  for (let length = 0; length < 70; length += 1) {
    assert.equal(end('stringEnd', `"${'x'.repeat(length)}" "`), length + 2);
    assert.equal(end('stringEnd', `"${'x'.repeat(length)}\\"" "`), length + 4);
    assert.equal(end('stringEnd', `"${'é'.repeat(length)}\\\\" "`), length * 2 + 4);
    assert.equal(end('stringEnd', `"${'x'.repeat(length)}\u001f"`), -length - 1);
    assert.equal(end('stringEnd', `"${'x'.repeat(length)}`), -length - 1);
  }
});

test('every byte of a string but quotes, backslashes and control characters stands for itself', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    bytes.fill(0, HERE, HERE + 200);
    bytes.set([0x22, byte, 0x22], HERE);
    const stands = byte >= 0x20 && byte !== 0x22 && byte !== 0x5c;
    assert.equal(functions.stringEnd(HERE) === HERE + 3, stands, `byte ${byte}`);
  }
});

test('an escape is one of eight letters, or u and four hexadecimal digits', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    const letter = String.fromCharCode(byte);
    const expected = '"\\/bfnrt'.includes(letter) ? 1 : byte === 0x75 ? -1 : 0;
    assert.equal(end('escapeEnd', byte < 0x80 ? letter : ''), byte < 0x80 ? expected : 0, `byte ${byte}`);
    for (let place = 0; place < 4; place += 1) {
      const digits = '1aF0'.split('');
      digits[place] = letter;
      const good = /[0-9a-fA-F]/.test(letter) && byte < 0x80;
      if (byte < 0x80) assert.equal(end('escapeEnd', `u${digits.join('')}`), good ? 5 : -1 - place);
    }
  }
});

test('a number has the parts of section 6 in their order', () => {
  for (const [text, at] of [
    ['0', 1],
    ['-0', 2],
    ['10', 2],
    ['01', 1],
    ['1.5', 3],
    ['-1.50e+07x', 9],
    ['1E5', 3],
    ['9'.repeat(100), 100],
    ['-', -1],
    ['', 0],
    ['1.', -2],
    ['1.e', -2],
    ['1e', -2],
    ['1e-', -3],
    ['+1', 0],
  ] as const) {
    assert.equal(end('numberEnd', text), at, text);
  }
  assert.equal(end('digitsEnd', '0123456789/'), 10);
  assert.equal(end('digitsEnd', ':'), 0);
});

test('a word is broken by its first wrong letter', () => {
  const word = Buffer.from('null').readInt32LE();
  for (const [text, at] of [
    ['null', 4],
    ['nulx', -3],
    ['nuxl', -2],
    ['nxll', -1],
    ['nul', -3],
  ] as const) {
    bytes.fill(0, HERE, HERE + 20);
    bytes.write(text, HERE);
    const found = functions.wordEnd(HERE, word);
    assert.equal(found < 0 ? found + HERE : found - HERE, at);
  }
});

test('each function is exported under its name', () => {
  for (const { name } of TOKEN_FUNCTIONS)
    assert.equal(typeof functions[name as keyof RawFunctions], 'function');
});
