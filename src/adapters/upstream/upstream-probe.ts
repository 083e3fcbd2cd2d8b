/** Asks a provider's server about nobody, as the gateway would ask it, and never reads what it answers. */
import type { CanonicalRequest } from '../../domain/canonical-request.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { type GatewayError, toGatewayError } from '../../domain/gateway-error.ts';
import type { UpstreamAnswer } from '../../exchange/ports.ts';
import { readAnswer } from '../../exchange/upstream-answer.ts';
import type {
  ConnectionSeen,
  UpstreamAnswerSeen,
  UpstreamSeen,
} from '../../governance/partners/partner-seen.ts';
import { probeConnection } from './connection-probe.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { TokenSources } from './token-sources.ts';
import { createUpstream, type UpstreamClient } from './upstream.ts';
import { secretOf, type UpstreamSecret, type UpstreamSecrets } from './upstream-secrets.ts';

export interface UpstreamProbe {
  readonly outbound: OutboundSettings;
  /** Undefined where no secrets were given: then nothing that needs one is sent. */
  readonly secrets: UpstreamSecrets | undefined;
  /** What is asked; undefined where nothing can be asked that is about nobody. */
  readonly ask: { readonly operation: Operation; readonly request: CanonicalRequest } | undefined;
  /** What `always send` headers hold. */
  readonly consumerCode: string | undefined;
  readonly role: string | undefined;
  /** Identifier of this check, for a header that carries the exchange's. */
  readonly exchange: string;
}

/** What the server of a dataset shows. Never rejects for what the server does. */
export async function probeUpstream(dataset: Dataset, probe: UpstreamProbe): Promise<UpstreamSeen> {
  const { outbound } = probe;
  const secrets = probe.secrets ?? new Map();
  const upstream = createUpstream({ outbound, secrets });
  try {
    const faults = faultsOf(upstream, dataset, probe);
    const { address } = dataset.upstream;
    const connection = URL.canParse(address)
      ? await probeConnection(address, showing(outbound, secretOf(dataset, secrets)))
      : undefined;
    const token = await tokenOf(dataset, probe);
    const why = whyNotAsked(dataset, probe, faults, connection, token);
    const answer: UpstreamAnswerSeen =
      why === undefined ? await ask(upstream, dataset, probe) : { kind: 'not asked', why };
    return { dataset, secretsGiven: probe.secrets !== undefined, faults, connection, token, answer };
  } finally {
    await upstream.close();
  }
}

/** Without any secrets the missing one is no fault of the file's. */
function faultsOf(upstream: UpstreamClient, dataset: Dataset, { secrets }: UpstreamProbe): readonly string[] {
  const faults = upstream.checkUpstream(dataset);
  const missing = secrets === undefined ? secretOf(dataset, new Map()) : undefined;
  return faults.filter((fault) => fault !== missing);
}

function whyNotAsked(
  dataset: Dataset,
  { secrets, ask: wanted }: UpstreamProbe,
  faults: readonly string[],
  connection: ConnectionSeen | undefined,
  token: UpstreamSeen['token'],
): string | undefined {
  const { signIn } = dataset.upstream;
  if (faults.length > 0) return 'the settings are not in order';
  if (connection?.reached !== true) return 'the server cannot be reached';
  if (signIn.kind !== 'none' && secrets === undefined) {
    return `it needs the secret ${signIn.secret}, and no file of secrets was given`;
  }
  if (token !== undefined && token !== 'got') return 'there is no token to ask with';
  return wanted === undefined
    ? 'no operation of it asks for one record by an identifier that is never issued'
    : undefined;
}

/** As exchanges connect: a secret may have a certificate, which is shown to its host. */
function showing(outbound: OutboundSettings, secret: UpstreamSecret | string | undefined): OutboundSettings {
  if (typeof secret !== 'object' || secret.certificate === undefined) return outbound;
  return { ...outbound, tls: { ...outbound.tls, certificate: secret.certificate } };
}

/** A token with the named secret, under the rules of every connection; it is thrown away. */
async function tokenOf(dataset: Dataset, probe: UpstreamProbe): Promise<UpstreamSeen['token']> {
  const secret = secretOf(dataset, probe.secrets ?? new Map());
  const { signIn } = dataset.upstream;
  if (typeof secret !== 'object' || secret.kind !== 'oauth client credentials') return undefined;
  if (signIn.kind !== 'oauth client credentials') return undefined;
  const sources = new TokenSources(probe.outbound);
  try {
    await sources.of(signIn, secret).current();
    return 'got';
  } catch (error) {
    return { failed: causeInWords(toGatewayError(error)) };
  } finally {
    await sources.close();
  }
}

/** The cause is a name and a code, never an answer. */
function causeInWords({ message, cause }: GatewayError): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

async function ask(
  upstream: UpstreamClient,
  dataset: Dataset,
  probe: UpstreamProbe,
): Promise<UpstreamAnswerSeen> {
  const { ask: wanted, exchange, consumerCode, role } = probe;
  if (wanted === undefined) return { kind: 'not asked', why: '' };
  const { operation, request } = wanted;
  const sent = `${request.method} ${dataset.upstream.address}${request.path}${request.query}`;
  const { mediaTypes } = operation;
  const { signal } = new AbortController();
  try {
    const context = { exchange, consumerCode, role, mediaTypes, signal };
    const answer = await upstream.fetch(request, dataset, context);
    answer.cancel();
    return seenOf(answer, operation, sent);
  } catch (error) {
    const { code, message } = toGatewayError(error);
    return { kind: 'failed', sent, code, why: message };
  }
}

function seenOf(answer: UpstreamAnswer, operation: Operation, sent: string): UpstreamAnswerSeen {
  const { status, mediaType, charset } = answer;
  return {
    kind: 'answered',
    sent,
    operation: operation.name,
    status,
    mediaType,
    charset,
    verdict: judged(answer, operation),
  };
}

function judged(
  answer: UpstreamAnswer,
  operation: Operation,
): Extract<UpstreamAnswerSeen, { kind: 'answered' }>['verdict'] {
  try {
    return readAnswer(answer, operation);
  } catch (error) {
    const { code, message } = toGatewayError(error);
    return { code, why: message };
  }
}
