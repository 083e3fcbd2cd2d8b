/** The text of an agreement as it was when it decided, from the policy sets that the store keeps. */
import { sha256OfBoth } from '../../adapters/policies/protocol-file.ts';
import type { AgreementFile } from '../../audit-log/proving/evidence.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { sha256Hex } from '../../encoding/sha256.ts';
import { openKeptSet, type ReadFact } from './kept-policies.ts';

/**
 * The files that an agreement's hash is made of: its own, after the protocol's where it stands under one.
 *
 * @param policies SHA-256 of the policy set that was in force.
 * @param sha256 of the agreement, as a leaf names it.
 * @returns undefined where the set is kept no more, or holds no such agreement.
 */
export async function agreementText(
  policies: string,
  sha256: string,
  read: ReadFact,
): Promise<readonly AgreementFile[] | undefined> {
  const files = await keptFiles(policies, read);
  const of = (folder: string): AgreementFile[] =>
    files.filter((file) => file.folder === folder).map(({ bytes }) => ({ sha256: sha256Hex(bytes), bytes }));
  const protocols = of('protocols');
  for (const agreement of of('agreements')) {
    if (agreement.sha256 === sha256) return [agreement];
    const above = protocols.find((protocol) => sha256OfBoth(protocol.sha256, agreement.sha256) === sha256);
    if (above !== undefined) return [above, agreement];
  }
  return undefined;
}

async function keptFiles(policies: string, read: ReadFact): ReturnType<typeof openKeptSet> {
  try {
    return await openKeptSet(policies, read);
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}
