/** Whether the sender proved a key, where the dataset asks for that: a token that somebody else got hold of opens nothing then. */
import type { Caller } from './caller.ts';
import type { Dataset } from './dataset.ts';
import type { Refused } from './refusal.ts';

/** Why the caller is refused, or undefined where it proved a key or need not. */
export function judgeSender(
  { senderProved }: Pick<Caller, 'senderProved'>,
  { callersProveKey, title }: Dataset,
): Refused | undefined {
  if (senderProved || !callersProveKey) return undefined;
  return {
    code: 'sender-not-proved',
    detail: `"${title}" is shared only with systems that prove a key of their own on every request: use a token bound to a key (DPoP, RFC 9449) or to a client certificate (RFC 8705), or have the system's certificate registered under "client certificates" in its organisation's file.`,
  };
}
