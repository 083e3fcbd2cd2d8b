/** The sign-ins of a run: a throwaway key for each system, and what the token command needs to use it. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Organisation } from '../src/domain/organisation.ts';
import type { OrganisationSignIn } from './run-folder.ts';
import { inventStaff } from './staff.ts';

export interface SystemKeys {
  /** By `client_id`: what the issuer knows. */
  readonly publicKeys: ReadonlyMap<string, JWK>;
  /** By `client_id`: what only the system knows. */
  readonly privateKeys: ReadonlyMap<string, JWK>;
}

/** Makes the keys. */
export async function keysOfSystems(organisations: readonly Organisation[]): Promise<SystemKeys> {
  const publicKeys = new Map<string, JWK>();
  const privateKeys = new Map<string, JWK>();
  for (const { clientId } of organisations.flatMap((organisation) => organisation.systems)) {
    const pair = await generateKeyPair('ES256', { extractable: true });
    publicKeys.set(clientId, await exportJWK(pair.publicKey));
    privateKeys.set(clientId, await exportJWK(pair.privateKey));
  }
  return { publicKeys, privateKeys };
}

/** @param issuer exact `iss` of the organisation's tokens. */
export function signInOf(
  organisation: Organisation,
  issuer: string,
  audience: string,
  { privateKeys }: SystemKeys,
): OrganisationSignIn {
  const systems = organisation.systems.map((system) => ({
    system: system.id,
    forPeople: system.actsForNamedPerson !== 'never',
    issuer,
    audience,
    scope: organisation.signIn?.scope,
    clientId: system.clientId,
    privateKey: privateKeys.get(system.clientId) ?? {},
  }));
  return {
    organisation: organisation.id,
    name: organisation.name,
    issuer,
    systems,
    staff: inventStaff(organisation),
  };
}
