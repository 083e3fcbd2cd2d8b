/** The RFC 9728 document names this gateway exactly, its issuers once each, and holds no empty list. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  protectedResourceMetadata,
  protectedResourceMetadataPath,
} from '../../src/http/protected-resource-metadata.ts';
import { anOrganisation } from '../support/test-issuer.ts';

const RESOURCE = 'https://gateway.northmere.example';

const KEYS = {
  bearer_methods_supported: ['header'],
  dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
  dpop_bound_access_tokens_required: false,
};

describe('protected resource metadata', () => {
  it('names the resource as it was configured, issuers and scopes once and in order', () => {
    const organisations = [
      anOrganisation('https://login.westhaven.example', { scope: 'exchange.read' }),
      anOrganisation('https://login.harbourside.example', {}),
      anOrganisation('https://login.westhaven.example', { scope: 'exchange.read' }),
    ];
    assert.deepEqual(
      protectedResourceMetadata(
        { resource: RESOURCE, seesCertificates: true, name: 'Sharing' },
        organisations,
      ),
      {
        resource: RESOURCE,
        resource_name: 'Sharing',
        authorization_servers: ['https://login.harbourside.example', 'https://login.westhaven.example'],
        scopes_supported: ['exchange.read'],
        ...KEYS,
        tls_client_certificate_bound_access_tokens: true,
      },
    );
  });

  it('holds no empty list where nobody signs in', () => {
    const nobody = { ...anOrganisation('https://a.example'), signIn: undefined };
    const inactive = anOrganisation('https://b.example', {}, { active: false });
    const withoutSystems = anOrganisation('https://c.example', {}, { systems: [] });
    assert.deepEqual(
      protectedResourceMetadata({ resource: RESOURCE, seesCertificates: false }, [
        nobody,
        inactive,
        withoutSystems,
      ]),
      {
        resource: RESOURCE,
        ...KEYS,
        tls_client_certificate_bound_access_tokens: false,
      },
    );
  });

  it('stands between the host and the path of the resource', () => {
    const path = '/.well-known/oauth-protected-resource';
    assert.equal(protectedResourceMetadataPath(RESOURCE), path);
    assert.equal(protectedResourceMetadataPath(`${RESOURCE}/`), path);
    assert.equal(protectedResourceMetadataPath(`${RESOURCE}/sharing`), `${path}/sharing`);
  });
});
