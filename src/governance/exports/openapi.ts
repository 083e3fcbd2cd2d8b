/** One agreement as an OpenAPI 3.1 document: its operations, what they are asked with, and the fields that come back; nothing else. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { type OperationForm, operationForm } from '../../domain/operation-form.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { ReasonCode } from '../../domain/reason.ts';
import { REFUSALS } from '../../domain/reason.ts';
import type { Json } from '../../encoding/canonical-json.ts';
import { oneLine } from '../pages/phrases.ts';
import { answerSchema, recordSchema } from './openapi-answer.ts';
import { type AskedWith, asked, asProvider, headerParameters } from './openapi-asking.ts';
import type { Schema } from './openapi-values.ts';

export interface OpenApiOptions {
  /** Where the gateway answers consumers, without a slash at the end. */
  readonly origin: string;
  /** HTTP status of each reason for which nothing leaves. */
  readonly statusOf: (code: ReasonCode | 'no-record') => number;
}

/** Failures of the gateway or the provider that a client must be ready for. */
const FAILURES_TOLD: readonly ReasonCode[] = [
  'upstream-unreachable',
  'upstream-timeout',
  'upstream-busy',
  'upstream-error',
  'answer-not-filterable',
  'log-unavailable',
  'overloaded',
];

/** The document; undefined where the policy set does not hold the agreement's dataset. */
export function openApi(
  agreement: Agreement,
  policies: PolicySet,
  options: OpenApiOptions,
): Json | undefined {
  const dataset = policies.datasets.get(agreement.dataset);
  if (dataset === undefined) return undefined;
  return {
    openapi: '3.1.0',
    info: info(agreement, policies),
    servers: [{ url: options.origin }],
    security: [{ token: [] }],
    paths: pathsOf(agreement, dataset, options),
    components: {
      securitySchemes: { token: tokenScheme(agreement, policies) },
      parameters: headerParameters(agreement),
      headers: ANSWER_HEADERS,
      schemas: { Record: recordSchema(agreement.fields), Problem: PROBLEM },
    },
  };
}

function info(agreement: Agreement, policies: PolicySet): Schema {
  const { id, version, title, words, contact, provider, consumer, purpose, keepFor, onwardSharing } =
    agreement;
  const names = [provider, consumer].map((party) => policies.organisations.get(party)?.name ?? party);
  const description = [
    oneLine(words.summary),
    `Shared by ${names[0]} with ${names[1]}, for ${purpose} only. Keep for: ${keepFor}. Passing it on: ${onwardSharing}.`,
    'That the gateway acts on this agreement does not mean that the sharing is lawful.',
  ].join('\n\n');
  return {
    title: `${id}: ${oneLine(title)}`,
    version: String(version),
    description,
    contact: { name: contact.name, ...(contact.email === undefined ? {} : { email: contact.email }) },
  };
}

function tokenScheme({ consumer }: Agreement, policies: PolicySet): Schema {
  const signIn = policies.organisations.get(consumer)?.signIn;
  const description = 'An access token of your own issuer (RFC 9068), as a bearer token.';
  if (signIn === undefined) return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description };
  const { issuer, audience } = signIn;
  return {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: `${description} Issuer: ${issuer}. Audience: ${audience}.`,
  };
}

type Method = 'get' | 'post';

function pathsOf(agreement: Agreement, dataset: Dataset, options: OpenApiOptions): Schema {
  const paths = new Map<string, Record<string, Json>>();
  const add = (path: string, method: Method, operation: Schema): void => {
    paths.set(path, { ...paths.get(path), [method]: operation });
  };
  for (const name of agreement.operations) {
    const operation = dataset.operations.get(name);
    if (operation === undefined) continue;
    const form = operationForm(dataset, operation);
    const own = asProvider(form, agreement, dataset);
    add(
      own.path,
      operation.method === 'GET' ? 'get' : 'post',
      described(own.asked, form, agreement, options, ''),
    );
    add(
      `/${dataset.id}/ask/${operation.slug}`,
      'post',
      described(asked(form, agreement), form, agreement, options, 'Ask'),
    );
  }
  return Object.fromEntries(paths);
}

function described(
  { parameters, requestBody }: AskedWith,
  { operation }: OperationForm,
  agreement: Agreement,
  options: OpenApiOptions,
  form: '' | 'Ask',
): Schema {
  const words = operation.slug.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return {
    operationId: `${form === '' ? 'own' : 'ask'}${words.join('')}`,
    summary:
      form === ''
        ? operation.name
        : `${operation.name}, asked in the body so that no identifier stands in a URL`,
    parameters: [...parameters, ...Object.keys(headerParameters(agreement)).map(parameterReference)],
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responses(operation, agreement, options),
  };
}

function parameterReference(name: string): Json {
  return { $ref: `#/components/parameters/${name}` };
}

function responses(operation: Operation, agreement: Agreement, options: OpenApiOptions): Schema {
  const schema = answerSchema(operation, agreement, { $ref: '#/components/schemas/Record' });
  const content = Object.fromEntries(
    operation.mediaTypes.map((type) => [
      type,
      { schema: type.endsWith('json') ? schema : { type: 'string' } },
    ]),
  );
  const headers = Object.fromEntries(
    Object.keys(ANSWER_HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  const limit = agreement.limits.records;
  const found = `The agreed fields${operation.answer === 'many records' ? ` of at most ${limit} records` : ''}.`;
  const problems = Map.groupBy(['no-record', ...REFUSALS, ...FAILURES_TOLD] as const, options.statusOf);
  return {
    '200': { description: found, headers, content },
    ...Object.fromEntries([...problems].map(([status, codes]) => [String(status), problemResponse(codes)])),
  };
}

function problemResponse(codes: readonly string[]): Json {
  const types = codes.map((code) => `/problems/${code}`);
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { type: { enum: types } } }],
  };
  return {
    description: `Nothing leaves. One of: ${codes.join(', ')}.`,
    content: { 'application/problem+json': { schema } },
  };
}

const ANSWER_HEADERS: Readonly<Record<string, Json>> = Object.fromEntries(
  (
    [
      ['Exchange-Id', 'Name of this exchange in the audit log.'],
      ['Sharing-Agreement', 'The agreement and its version.'],
      ['Audit-Receipt', 'Proves that this exchange was logged before it was answered.'],
      ['Audit-Salt', 'With the receipt, proves which bytes were answered.'],
      ['Content-Digest', 'SHA-256 of the body (RFC 9530).'],
      ['Keep-For', 'How long you may keep the data.'],
      ['Onward-Sharing', 'To whom you may pass it on.'],
    ] as const
  ).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
);

/** RFC 9457, with the members of docs/formats/problems.md. */
const PROBLEM: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What was not agreed, and what to do.' },
    instance: { type: 'string', description: 'The exchange in the audit log.' },
    contact: { type: 'string', description: 'Whom to ring.' },
  },
};
