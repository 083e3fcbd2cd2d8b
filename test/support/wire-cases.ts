/** Requests that have fooled proxies, as raw bytes, and what must come of each: H-1 to H-17 of proxy hardening. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type SendRaw, statusesIn } from './send-raw.ts';
import type { WireCase, WireSettings } from './wire-case.ts';
import { smugglingCases, versionCases } from './wire-framing-cases.ts';
import { callerCases, headerCases } from './wire-header-cases.ts';
import { targetCases } from './wire-target-cases.ts';

/** All cases, in the order of their numbers. */
export function wireCases(settings: WireSettings): readonly WireCase[] {
  return [
    ...targetCases(settings),
    ...headerCases(settings),
    ...callerCases(settings),
    ...smugglingCases(settings),
    ...versionCases(settings),
  ];
}

/** Sends one case and asserts what must come of it. `take` gives the requests that reached the provider since. */
export async function checkWireCase(
  wireCase: WireCase,
  sendRaw: SendRaw,
  take: () => readonly string[],
): Promise<void> {
  take();
  const received = await sendOutsideFlood(wireCase.bytes, sendRaw);
  const requests = take();
  const statuses = statusesIn(received);
  for (const status of statuses.length === 0 ? [0] : statuses) {
    assert.ok(wireCase.statuses.includes(status), `${wireCase.name}: status ${status}`);
  }
  assert.equal(requests.length, wireCase.forwarded, `${wireCase.name}: requests at the provider`);
  if (wireCase.line !== undefined) assert.equal(requests[0]?.split('\r\n')[0], wireCase.line, wireCase.name);
  for (const text of wireCase.never ?? []) {
    const everything = `${requests.join('')}${received}`.toLowerCase();
    assert.ok(!everything.includes(text.toLowerCase()), `${wireCase.name}: ${text} got through`);
  }
}

/** A gateway that holds back floods of refusals answers some cases with 429: they are sent again until it does not. */
async function sendOutsideFlood(bytes: Buffer, sendRaw: SendRaw): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const received = await sendRaw(bytes);
    if (attempt === 10 || !statusesIn(received).includes(429)) return received;
    await setTimeout(300);
  }
}
