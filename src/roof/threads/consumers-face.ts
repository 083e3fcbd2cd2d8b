/** The consumers' face of one thread of the gateway: all that stands between its socket and the log, joined. */
import type { Server } from 'node:http';
import { createAuthenticator, type RememberingAuthenticator } from '../../adapters/oidc/authenticator.ts';
import { DpopNonces } from '../../adapters/oidc/dpop-nonces.ts';
import { bindReference, openReference } from '../../adapters/signing/bound-reference.ts';
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import { matchingCode } from '../../adapters/signing/matching-code.ts';
import { nonceKeys } from '../../adapters/signing/nonce-keys.ts';
import { ExchangeLines } from '../../adapters/telemetry/exchange-lines.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { createOutboundFetch } from '../../adapters/upstream/outbound-fetch.ts';
import type { UpstreamClient } from '../../adapters/upstream/upstream.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import type { GatewayError } from '../../domain/gateway-error.ts';
import { CompiledDisclosures } from '../../exchange/compiled-disclosures.ts';
import { exchange } from '../../exchange/exchange.ts';
import type { AuditLog, Authenticator, Clock, Credentials, Gateway } from '../../exchange/ports.ts';
import { believeProxies } from '../../http/client-certificate.ts';
import { type GatewayAppParts, gatewayApp } from '../../http/gateway-app.ts';
import {
  protectedResourceMetadata,
  protectedResourceMetadataPath,
} from '../../http/protected-resource-metadata.ts';
import { makeServer } from '../../http/server.ts';
import { standingHeaders } from '../../http/standing-headers.ts';
import { renewCertificate } from '../../http/tls-listener.ts';
import { LogReaders } from '../log/log-readers.ts';
import { type OpenPort, provingForConsumers } from '../log/proving.ts';
import { receiptsOfExchange } from '../log/receipts-of-exchange.ts';
import { turnedAwayOf } from '../log/turned-away.ts';
import type { PoliciesInForce } from '../policies/policies-in-force.ts';
import type { WatchedCertificate } from '../settings/certificate-expiry.ts';
import { outboundSettings, renewPrivateCa } from '../settings/outbound.ts';
import type { RenewedTls } from '../settings/tls-upkeep.ts';
import { preferringCosigned } from '../witnesses/cosigned-reader.ts';
import { GatewayAtIssuers } from './issuer-connections.ts';
import { heldBackReading, type LoadBounds, openLoadBounds } from './load-bounds.ts';
import { tellEvent } from './tell-event.ts';
import { measureIssuers } from './tell-issuers.ts';

export interface ConsumersFaceParts {
  readonly config: Config;
  readonly keys: KeyRing;
  readonly log: Pick<StartedLog, 'log' | 'notes'>;
  readonly reader: LogReader;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly upstream: UpstreamClient;
  readonly policies: PoliciesInForce;
  readonly screen: Gateway['screen'];
  /** Why nothing may be asked of a provider just now, or undefined. */
  readonly refusal: () => GatewayError | undefined;
}

export interface ConsumersFace {
  /** Not listening yet. */
  readonly server: Server;
  readonly authenticator: Authenticator;
  /** Who reads the log, on this port and on that of the operator. */
  readonly readers: LogReaders;
  /** Goes by another certificate, or by other private authorities, from the next connection on. */
  renew(renewed: RenewedTls): void;
  /** The certificates that the gateway shows to issuers now. */
  certificates(): readonly WatchedCertificate[];
  /** Sums up what is left of floods; called once the server is drained. */
  close(): Promise<void>;
}

export function openConsumersFace(parts: ConsumersFaceParts): ConsumersFace {
  const { config, keys, log, reader, clock } = parts;
  const small = createOutboundFetch(outboundSettings(config));
  const bounds = openLoadBounds(parts);
  const { flood } = bounds;
  const issuers = new GatewayAtIssuers({
    secretsFile: config.issuerSecretsFile,
    outbound: outboundSettings(config),
    fetch: small.fetch,
    onFault: (why) => parts.logger.warn({ message: 'issuer secrets', why }),
  });
  const gateway = gatewayOf(parts, issuers, bounds);
  measureIssuers(gateway.authenticator, parts.metrics);
  const receipts = (credentials: Credentials, id: string) =>
    receiptsOfExchange(credentials, id, {
      authenticator: gateway.authenticator,
      reader,
      signer: keys.receipts,
      origin: config.logOrigin,
      clock,
      noteRead: (records, proof) =>
        log.notes.append('read', { code: 'receipts', records }, [], undefined, undefined, proof),
    }).then((found) =>
      found !== undefined && 'refused' in found ? turnedAwayOf(found, resourceMetadataOf(config)) : found,
    );
  const readers = new LogReaders({
    authenticator: gateway.authenticator,
    policies: () => parts.policies.current(),
    append: log.notes.append,
    operatorOrganisation: config.operatorOrganisation,
    provedOnly: config.provedReadersOnly,
  });
  const heldBack: OpenPort['heldBack'] = (caller, address) =>
    heldBackReading(caller, address, clock.now(), bounds, (proved) => readers.mayRead(proved));
  const shown = preferringCosigned(reader, config, keys.checkpoint.verifierKey, Date.now);
  const proving = provingForConsumers(
    { readers, reader: shown, keys, now: Date.now },
    { heldBack, authenticator: gateway.authenticator, resourceMetadata: resourceMetadataOf(config) },
  );
  const app = gatewayApp({
    ...appParts(parts, gateway),
    ...{ flood, receipts, log: proving },
    gate: { ...bounds.gate, remembers: (credentials) => gateway.authenticator.remembers(credentials) },
  });
  const server = makeServer(app, config.tls);
  believeProxies(server, config.tlsProxies);
  return {
    server,
    authenticator: gateway.authenticator,
    readers,
    renew({ listener, privateCa }) {
      if (listener !== undefined) renewCertificate(server, listener);
      if (privateCa !== undefined) renewPrivateCa(config, privateCa);
    },
    certificates: () => issuers.certificates(),
    async close() {
      await bounds.stop();
      await Promise.all([small.close(), issuers.close()]);
    },
  };
}

type FaceGateway = Gateway & { readonly authenticator: RememberingAuthenticator };

function gatewayOf(parts: ConsumersFaceParts, issuers: GatewayAtIssuers, bounds: LoadBounds): FaceGateway {
  const { config, keys, upstream, policies, clock, screen, metrics, logger, refusal } = parts;
  return {
    authenticator: createAuthenticator({
      organisations: () => policies.current()?.organisations.values() ?? [],
      version: () => policies.version,
      clock,
      fetch: issuers.ask,
      opaqueTokens: issuers,
      senderKeys: {
        origin: config.origin,
        nonces: new DpopNonces(nonceKeys(keys)),
        nonceRequired: config.dpopNonceRequired,
      },
      onEvent: (event) => tellEvent(event.kind, logger, metrics),
    }),
    policies,
    references: {
      open: openReference(...[keys.matchingCodes, ...keys.olderMatchingCodes].map(({ bytes }) => bytes)),
    },
    log: askingNothingWhile(refusal, bounds.log),
    upstream,
    disclosures: new CompiledDisclosures(
      bindReference(keys.matchingCodes.bytes),
      matchingCode(keys.matchingCodes.bytes),
      clock,
    ),
    screen,
    clock,
    quota: bounds.quota,
    rate: bounds.rates,
    drift: (dataset, undeclared) => metrics.countDrift(dataset, sum(undeclared.values())),
  };
}

/** No request is forwarded without a `sent` entry, so where none is written nothing is asked. Everything else is. */
function askingNothingWhile(refusal: () => GatewayError | undefined, log: AuditLog): AuditLog {
  return {
    append(draft) {
      const why = draft.kind === 'sent' ? refusal() : undefined;
      return why === undefined ? log.append(draft) : Promise.reject(why);
    },
    appendTogether: (drafts) => log.appendTogether(drafts),
  };
}

function appParts(
  { config, logger, metrics }: ConsumersFaceParts,
  gateway: Gateway,
): Omit<GatewayAppParts, 'flood' | 'gate' | 'receipts' | 'log'> {
  const { clock, policies } = gateway;
  const lines = new ExchangeLines(logger);
  return {
    exchange: (knock, door) => exchange(knock, door, gateway),
    reply: {
      standing: standingHeaders(),
      operatorContact: config.operatorContact,
      resourceMetadata: resourceMetadataOf(config),
    },
    now: () => clock.now(),
    resourceMetadata: () =>
      protectedResourceMetadata(
        {
          resource: config.origin,
          seesCertificates: config.tls !== undefined || config.tlsProxies.networks.length > 0,
        },
        policies.current()?.organisations.values() ?? [],
      ),
    onOutcome: (outcome, startedMs) => {
      const ms = performance.now() - startedMs;
      metrics.countOutcome(outcome, ms);
      lines.add(outcome, ms);
    },
  };
}

/** Public address of the RFC 9728 document. */
function resourceMetadataOf({ origin }: Config): string {
  return `${origin}${protectedResourceMetadataPath(origin)}`;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
