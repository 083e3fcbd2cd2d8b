/** Any text at all, lone surrogates and control characters included; quicker to set up than fast-check's own. */
import fc from 'fast-check';

export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xff), fc.nat(0xffff)), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));
