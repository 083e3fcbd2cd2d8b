/** How the gateway proves at a provider's token endpoint who it is (RFC 6749 section 2.3, RFC 7523, RFC 8705 section 2). */
import * as client from 'openid-client';
import { signingKey } from './own-keys.ts';
import type { AssertionSigning, ClientCredentials } from './upstream-secrets.ts';

/**
 * What openid-client authenticates with.
 *
 * @param offered what the issuer's metadata say that its token endpoint takes.
 * @throws {TypeError} where the secret lacks what its way of authentication needs, or its key cannot sign.
 */
export function clientAuthentication(
  secret: ClientCredentials,
  offered: readonly string[] | undefined,
): client.ClientAuth {
  const { authentication, clientSecret, signing, certificate } = secret;
  const isByCertificate =
    authentication === 'tls_client_auth' || authentication === 'self_signed_tls_client_auth';
  if (isByCertificate && certificate !== undefined) return client.TlsClientAuth();
  if (authentication === 'private_key_jwt' && signing !== undefined) return byAssertion(signing);
  if (clientSecret === undefined || isByCertificate || authentication === 'private_key_jwt') {
    throw new TypeError('secret lacks what it signs in with');
  }
  // Basic percent-encodes (RFC 6749 section 2.3.1), which not every server undoes: post where it is offered.
  const way = authentication ?? (offered?.includes('client_secret_post') ? 'client_secret_post' : 'basic');
  return way === 'client_secret_post'
    ? client.ClientSecretPost(clientSecret)
    : client.ClientSecretBasic(clientSecret);
}

function byAssertion({ key: pem, algorithm: wanted, keyId, audience }: AssertionSigning): client.ClientAuth {
  const { key, algorithm } = signingKey(pem, wanted);
  return client.PrivateKeyJwt(keyId === undefined ? { key } : { key, kid: keyId }, {
    [client.modifyAssertion]: (header, payload) => {
      // Of one algorithm's two names, servers know the older one.
      header['alg'] = algorithm;
      if (audience !== undefined) payload['aud'] = audience;
    },
  });
}
