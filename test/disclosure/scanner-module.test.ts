import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scannerModule } from '../../src/disclosure/scanner-module.ts';

declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

test('the module is valid WebAssembly, small, and the same each time', () => {
  const bytes = scannerModule();
  assert.ok(WebAssembly.validate(bytes));
  assert.ok(bytes.length < 4096, `${bytes.length} bytes`);
  assert.deepEqual(scannerModule(), bytes);
});
