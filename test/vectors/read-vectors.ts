/** Reads the test data of this folder (see NOTICE). */
import { readFileSync } from 'node:fs';

export function readVectors<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

/** Bytes of a base64 text or of nothing. */
export function bytesOf(base64: string | null): Buffer {
  return Buffer.from(base64 ?? '', 'base64');
}
