/** Stand-in for the NHS Personal Demographics Service FHIR API (R4): one patient by NHS number. */
import { randomUUID } from 'node:crypto';
import { nhsCheckDigit } from '../identifiers.ts';
import type { Town } from '../people.ts';
import { hasApiKey } from './credentials.ts';
import { oneHeader, type Partner, type PartnerAnswer, type PartnerRequest, startPartner } from './partner.ts';
import type { Resource } from './patient-extensions.ts';
import { patientRecords } from './patient-records.ts';

export interface PatientsSettings {
  readonly town: Town;
  readonly apiKey: string;
  /** Header that carries the API key. */
  readonly apiKeyHeader?: string;
  readonly port: number;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Starts it: `GET /Patient/{nhsNumber}`, with the headers `X-Request-ID` and the API key. */
export async function startPatients(settings: PatientsSettings): Promise<Partner> {
  const records = patientRecords(settings.town);
  const header = (settings.apiKeyHeader ?? 'apikey').toLowerCase();
  return startPartner({
    name: 'patient demographics (NHS)',
    basePath: '/personal-demographics/FHIR/R4',
    port: settings.port,
    answer: (request) => {
      if (!hasApiKey(request, header, settings.apiKey)) {
        return outcome(request, 401, 'ACCESS_DENIED', 'Invalid or missing API key');
      }
      return retrieve(request, records);
    },
  });
}

function retrieve(request: PartnerRequest, records: ReadonlyMap<string, Resource>): PartnerAnswer {
  const requestId = oneHeader(request.headers, 'x-request-id');
  if (requestId === undefined) {
    return outcome(request, 400, 'MISSING_VALUE', "Missing value - 'X-Request-ID'");
  }
  if (!GUID.test(requestId)) {
    return outcome(request, 400, 'INVALID_VALUE', "Invalid value in header 'X-Request-ID'");
  }
  const number = /^\/Patient\/([^/]+)$/.exec(request.path)?.[1];
  if (number === undefined || request.method !== 'GET') {
    return outcome(request, 400, 'UNSUPPORTED_SERVICE', 'Unsupported service');
  }
  if (!/^[0-9]{10}$/.test(number) || nhsCheckDigit(number.slice(0, 9)) !== number[9]) {
    return outcome(request, 400, 'INVALID_RESOURCE_ID', 'Invalid NHS number');
  }
  const record = records.get(number);
  if (record === undefined) return outcome(request, 404, 'RESOURCE_NOT_FOUND', 'Resource not found');
  return fhir(request, 200, record, { etag: `W/"${versionOf(record)}"` });
}

function versionOf(record: Resource): string {
  const meta = record['meta'];
  return typeof meta === 'object' && meta !== null && 'versionId' in meta ? String(meta.versionId) : '1';
}

function outcome(request: PartnerRequest, status: number, code: string, diagnostics: string): PartnerAnswer {
  const coding = { system: 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode', version: '1', code };
  return fhir(request, status, {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'value', details: { coding: [coding] }, diagnostics }],
  });
}

function fhir(
  request: PartnerRequest,
  status: number,
  resource: Resource,
  headers: Readonly<Record<string, string>> = {},
): PartnerAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/fhir+json; charset=utf-8',
      'x-request-id': oneHeader(request.headers, 'x-request-id') ?? randomUUID(),
      'x-correlation-id': oneHeader(request.headers, 'x-correlation-id') ?? randomUUID(),
      ...headers,
    },
    body: JSON.stringify(resource),
  };
}
