/** What the tests of the stand-in partners share: one small town, secrets, and asking as the gateway would. */
import assert from 'node:assert/strict';
import type { Partner } from '../../../demo/partners/partner.ts';
import { inventTown } from '../../../demo/people.ts';

export const TOWN = inventTown(1, 600);
export const CLIENT = { clientId: 'gateway', clientSecret: 'made-for-this-test', scope: 'read' };
export const API_KEY = 'made-for-this-test';

/** The body of an answer, whose shape the test goes on to check. */
export async function jsonOf<Shape>(answer: Response): Promise<Shape> {
  return (await answer.json()) as Shape;
}

/** Signs in with client credentials at `path` and returns the header to send. */
export async function bearer(partner: Partner, path: string): Promise<Record<string, string>> {
  const answer = await fetch(partner.origin + path, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      scope: CLIENT.scope,
    }),
  });
  assert.equal(answer.status, 200);
  const token = await jsonOf<{ access_token: string; token_type: string }>(answer);
  assert.equal(token.token_type, 'Bearer');
  return { authorization: `Bearer ${token.access_token}` };
}
