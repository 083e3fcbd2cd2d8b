import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { patientRecords } from '../../demo/partners/patient-records.ts';
import { type StartedPartner, startPartners } from '../../demo/partners/start-partners.ts';
import { inventTown } from '../../demo/people.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import type { Kind } from '../../src/domain/kind.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';

const POLICIES = new URL('../../policies', import.meta.url).pathname;

/** The engine answers within a second. */
const ENGINE_MS = 1_050;

/** What the specifications have and no invented record needs. */
const NEVER_SERVED: ReadonlyMap<string, readonly string[]> = new Map([
  ['blue-badges', ['rejectedReason']],
  ['school-meals-checks', ['data.errorCode']],
]);

/** Every scalar of a JSON value by its name with dots, arrays passed through. */
function collect(value: unknown, name: string, found: Map<string, string[]>): Map<string, string[]> {
  if (Array.isArray(value)) for (const element of value) collect(element, name, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) {
      collect(inner, name === '' ? member : `${name}.${member}`, found);
    }
  } else if (value !== null) found.set(name, [...(found.get(name) ?? []), String(value)]);
  return found;
}

describe('the stand-in partners and the sample datasets', () => {
  const town = inventTown();
  let policies: PolicySet;
  let partners: StartedPartner[];

  before(async () => {
    policies = await loadPolicyFolder(POLICIES);
    partners = await startPartners(policies.datasets.values(), town, 0);
  });
  after(async () => {
    for (const { partner } of partners) await partner.close();
  });

  async function headersFor({ partner, secret }: StartedPartner, dataset: Dataset) {
    const { signIn } = dataset.upstream;
    if (signIn.kind === 'api key') return { [signIn.header]: secret!.value['value']! };
    const metadata = await fetch(`${partner.origin}/.well-known/openid-configuration`);
    const { token_endpoint } = (await metadata.json()) as { token_endpoint: string };
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: secret!.value['clientId']!,
      client_secret: secret!.value['clientSecret']!,
    });
    const token = await (await fetch(token_endpoint, { method: 'POST', body })).json();
    return { authorization: `Bearer ${(token as { access_token: string }).access_token}` };
  }

  async function records(started: StartedPartner, headers: Record<string, string>): Promise<unknown[]> {
    const json = async (path: string, init: RequestInit = {}): Promise<unknown> =>
      (await fetch(started.partner.address + path, { headers, ...init })).json();
    const found: unknown[] = [];
    if (started.dataset === 'blue-badges') {
      const { data } = (await json('/badges?name=a&pageSize=200')) as { data: { badgeNumber: string }[] };
      found.push(...data);
      for (const { badgeNumber } of data) {
        found.push(((await json(`/badges/${badgeNumber}`)) as { data: unknown }).data);
      }
    }
    if (started.dataset === 'council-tax-accounts') {
      found.push(...((await json('/accounts?pageSize=1000')) as { data: unknown[] }).data);
    }
    if (started.dataset === 'patient-demographics') {
      // The same records without two thousand requests; the partner's own test asks over HTTP.
      found.push(...JSON.parse(JSON.stringify([...patientRecords(town).values()])));
    }
    if (started.dataset === 'school-meals-checks') found.push(...(await checks(json, headers)));
    return found;
  }

  async function checks(
    json: (path: string, init?: RequestInit) => Promise<unknown>,
    headers: Record<string, string>,
  ): Promise<unknown[]> {
    const found: unknown[] = [];
    const posted: { links: Record<string, string> }[] = [];
    for (const asked of [
      { lastName: 'Holloway', dateOfBirth: '1989-04-17', nationalInsuranceNumber: 'QQ123456C' },
      { lastName: 'Nobody', dateOfBirth: '1980-01-01', nationalAsylumSeekerServiceNumber: '990100001' },
    ]) {
      const data = {
        ...asked,
        firstName: 'Dana',
        childFirstName: 'Remy',
        childLastName: 'Holloway',
        childDateOfBirth: '2018-09-02',
        childSchoolURN: '999901',
        emailAddress: 'dana@holloway.example',
        clientIdentifier: 'row 7',
      };
      const init = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ data }),
      };
      posted.push((await json('/check/free-school-meals', init)) as { links: Record<string, string> });
    }
    await sleep(ENGINE_MS);
    for (const { links } of posted) found.push(await json(links['get_EligibilityCheck'] ?? ''));
    found.push(...posted);
    return found;
  }

  for (const id of ['blue-badges', 'council-tax-accounts', 'patient-demographics', 'school-meals-checks']) {
    it(`serves every declared field of ${id}, nothing undeclared, and every value of its kind`, async () => {
      const dataset = policies.datasets.get(id);
      const started = partners.find((one) => one.dataset === id);
      assert.ok(dataset !== undefined && started !== undefined);
      const all = await records(started, await headersFor(started, dataset));
      const found = collect(all, '', new Map());
      const undeclared = [...found.keys()].filter((name) => !dataset.fields.has(name));
      assert.deepEqual(undeclared, []);
      const never = NEVER_SERVED.get(id) ?? [];
      const missing = [...dataset.fields.keys()].filter((name) => !found.has(name) && !never.includes(name));
      assert.deepEqual(missing, []);
      for (const [name, values] of found) {
        const field = dataset.fields.get(name);
        // What is never shared needs no spelling: the specification writes one of these links without a host.
        const kind: Kind | undefined = field?.sensitivity === 'never share' ? undefined : field?.kind;
        if (kind === undefined) continue;
        const wrong: string[] = values.filter((value) => kind.normalise(value) === undefined);
        assert.deepEqual(wrong.slice(0, 3), [], name);
      }
    });
  }
});
