/** The consumers' face of one thread of the gateway: all that stands between its socket and the log, joined. */
import type { Server } from 'node:http';
import { createAuthenticator } from '../../adapters/oidc/authenticator.ts';
import { bindReference, openReference } from '../../adapters/signing/bound-reference.ts';
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import { matchingCode } from '../../adapters/signing/matching-code.ts';
import { ExchangeLines } from '../../adapters/telemetry/exchange-lines.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { createOutboundFetch, type OutboundFetch } from '../../adapters/upstream/outbound-fetch.ts';
import type { UpstreamClient } from '../../adapters/upstream/upstream.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { LogQuota } from '../../audit-log/writing/log-quota.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import type { GatewayError } from '../../domain/gateway-error.ts';
import { CompiledDisclosures } from '../../exchange/compiled-disclosures.ts';
import { exchange } from '../../exchange/exchange.ts';
import type { AuditLog, Authenticator, Clock, Gateway } from '../../exchange/ports.ts';
import { type GatewayAppParts, gatewayApp } from '../../http/gateway-app.ts';
import {
  protectedResourceMetadata,
  protectedResourceMetadataPath,
} from '../../http/protected-resource-metadata.ts';
import { RefusalFlood } from '../../http/refusal-flood.ts';
import { makeServer } from '../../http/server.ts';
import { standingHeaders } from '../../http/standing-headers.ts';
import { LogReaders } from '../log/log-readers.ts';
import { type OpenPort, provingForConsumers, TOO_MANY_REFUSED, TOO_MANY_UNPROVED } from '../log/proving.ts';
import { receiptsOfExchange } from '../log/receipts-of-exchange.ts';
import type { PoliciesInForce } from '../policies/policies-in-force.ts';
import { outboundSettings } from '../settings/outbound.ts';
import { preferringCosigned } from '../witnesses/cosigned-reader.ts';
import { summariseFloods } from './summarise-floods.ts';
import { tellEvent } from './tell-event.ts';

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
  /** Sums up what is left of floods; called once the server is drained. */
  close(): Promise<void>;
}

export function openConsumersFace(parts: ConsumersFaceParts): ConsumersFace {
  const { config, keys, log, reader, clock } = parts;
  const small = createOutboundFetch(outboundSettings(config));
  const quota = new LogQuota(Math.ceil(config.refusedEntriesPerHour / config.threads));
  const gateway = gatewayOf(parts, small.fetch, quota);
  const flood = new RefusalFlood();
  const summaries = summariseFloods(flood, quota, log, clock);
  const receipts = (authorization: string | undefined, id: string) =>
    receiptsOfExchange(authorization, id, {
      authenticator: gateway.authenticator,
      reader,
      signer: keys.receipts,
      origin: config.logOrigin,
      clock,
      noteRead: (records) => log.notes.append('read', { code: 'receipts', records }),
    });
  const readers = new LogReaders({
    authenticator: gateway.authenticator,
    policies: () => parts.policies.current(),
    append: log.notes.append,
    operatorOrganisation: config.operatorOrganisation,
    provedOnly: config.provedReadersOnly,
  });
  const heldBack: OpenPort['heldBack'] = async (authorization, address) => {
    const caller = await gateway.authenticator.authenticate(authorization);
    const now = clock.now();
    if ('refused' in caller) return flood.admits(address, now) ? undefined : TOO_MANY_UNPROVED;
    return readers.mayRead(caller) || quota.admits(caller.organisation, now) ? undefined : TOO_MANY_REFUSED;
  };
  const shown = preferringCosigned(reader, config, keys.checkpoint.verifierKey, Date.now);
  const proving = provingForConsumers(
    { readers, reader: shown, keys, now: Date.now },
    { heldBack, resourceMetadata: resourceMetadataOf(config) },
  );
  const app = gatewayApp({ ...appParts(parts, gateway), flood, receipts, log: proving });
  const server = makeServer(app, config.tls);
  return {
    server,
    authenticator: gateway.authenticator,
    readers,
    async close() {
      await summaries.stop();
      await small.close();
    },
  };
}

function gatewayOf(parts: ConsumersFaceParts, fetch: OutboundFetch, quota: LogQuota): Gateway {
  const { keys, log, upstream, policies, clock, screen, metrics, logger, refusal } = parts;
  return {
    authenticator: createAuthenticator({
      organisations: () => policies.current()?.organisations.values() ?? [],
      version: () => policies.version,
      clock,
      fetch,
      onEvent: (event) => tellEvent(event.kind, logger, metrics),
    }),
    policies,
    references: {
      open: openReference(...[keys.matchingCodes, ...keys.olderMatchingCodes].map(({ bytes }) => bytes)),
    },
    log: askingNothingWhile(refusal, log.log),
    upstream,
    disclosures: new CompiledDisclosures(
      bindReference(keys.matchingCodes.bytes),
      matchingCode(keys.matchingCodes.bytes),
      clock,
    ),
    screen,
    clock,
    quota,
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
): Omit<GatewayAppParts, 'flood' | 'receipts' | 'log'> {
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
        { resource: config.origin },
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
