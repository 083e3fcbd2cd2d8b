/** The scanner's WebAssembly module (core specification 2.0), assembled from its functions in the order of their index. */
import { assembleModule } from '../encoding/wasm-assembler.ts';
import { BYTE_FUNCTIONS } from './scan-bytes.ts';
import { TOKEN_FUNCTIONS } from './scan-tokens.ts';
import { VALUE_FUNCTIONS } from './scan-values.ts';

/** The module's bytes. It imports its memory and `escapedName`. */
export function scannerModule(): Uint8Array {
  const functions = [...TOKEN_FUNCTIONS, ...BYTE_FUNCTIONS, ...VALUE_FUNCTIONS];
  return assembleModule(
    ['escapedName'],
    functions.toSorted((one, other) => one.index - other.index),
  );
}
