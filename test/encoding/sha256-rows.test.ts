import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHA256_FUNCTIONS } from '../../src/encoding/sha256-rows.ts';
import { assembleModule } from '../../src/encoding/wasm-assembler.ts';

declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

test('the functions stand in the order of their index and make a valid module', () => {
  assert.deepEqual(
    SHA256_FUNCTIONS.map(({ index }) => index),
    SHA256_FUNCTIONS.map((_, nth) => nth),
  );
  assert.ok(WebAssembly.validate(assembleModule([], SHA256_FUNCTIONS)));
});
