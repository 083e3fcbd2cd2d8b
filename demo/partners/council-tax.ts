/** Stand-in for a council's revenues system: council tax accounts, many at once, page by page. */
import type { Town } from '../people.ts';
import { councilTaxRecords } from './council-tax-records.ts';
import { hasApiKey } from './credentials.ts';
import { jsonAnswer, type Partner, type PartnerAnswer, startPartner } from './partner.ts';

export interface CouncilTaxSettings {
  readonly town: Town;
  readonly apiKey: string;
  /** Header that carries the API key. */
  readonly apiKeyHeader?: string;
  readonly port: number;
}

const PARAMETERS = ['band', 'page', 'pageSize'];

/** Starts it: `GET /accounts?band&page&pageSize`. */
export async function startCouncilTax(settings: CouncilTaxSettings): Promise<Partner> {
  const accounts = councilTaxRecords(settings.town);
  const header = (settings.apiKeyHeader ?? 'x-api-key').toLowerCase();
  const list = (query: URLSearchParams): PartnerAnswer => {
    if ([...query.keys()].some((name) => !PARAMETERS.includes(name))) return failed(400, 'unknown parameter');
    const band = query.get('band');
    const page = wholeNumber(query.get('page'), 1, 1_000_000);
    const pageSize = wholeNumber(query.get('pageSize'), 50, 1000);
    if (band !== null && !/^[A-I]$/.test(band)) return failed(400, 'band is one letter from A to I');
    if (page === undefined) return failed(400, 'page is a whole number from 1');
    if (pageSize === undefined) return failed(400, 'pageSize is a whole number from 1 to 1000');
    const found = band === null ? accounts : accounts.filter((account) => account['band'] === band);
    const data = found.slice((page - 1) * pageSize, page * pageSize);
    return jsonAnswer(200, { data, page, pageSize, total: found.length });
  };
  return startPartner({
    name: 'council tax accounts (Northmere City Council)',
    basePath: '/council-tax/v1',
    port: settings.port,
    answer: (request) => {
      if (!hasApiKey(request, header, settings.apiKey)) return failed(401, 'api key missing or unknown');
      if (request.path !== '/accounts') return failed(404, 'no such path');
      return request.method === 'GET' ? list(request.query) : failed(405, 'only GET');
    },
  });
}

/** The number, or undefined where it is none from 1 to `most`. */
function wholeNumber(text: string | null, otherwise: number, most: number): number | undefined {
  if (text === null) return otherwise;
  const number = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : undefined;
}

function failed(status: number, message: string): PartnerAnswer {
  return jsonAnswer(status, { error: message });
}
