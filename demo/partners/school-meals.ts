/** Stand-in for the Department for Education's eligibility checking engine: free school meals checks over HTTP. */
import { randomUUID } from 'node:crypto';
import type { Town } from '../people.ts';
import { type ClientSecret, openTokenDesk } from './credentials.ts';
import { type CheckAsked, eligibilityRegister, type Outcome } from './eligibility.ts';
import {
  jsonAnswer,
  type Partner,
  type PartnerAnswer,
  type PartnerRequest,
  startPartner,
} from './partner.ts';

export interface SchoolMealsSettings {
  readonly town: Town;
  readonly client: ClientSecret;
  readonly port: number;
  /** How long a check waits in the queue. */
  readonly queueMs?: number;
  /** Answers a repeated check at once from what was found before, as the engine does; the demo asks afresh each time. */
  readonly remembers?: boolean;
}

interface Check {
  readonly id: string;
  readonly asked: CheckAsked;
  readonly outcome: Outcome;
  readonly created: string;
  readonly readyAt: number;
}

/** Starts it: `POST /check/free-school-meals`, `GET /check/{guid}` and `GET /check/{guid}/status`. */
export async function startSchoolMeals(settings: SchoolMealsSettings): Promise<Partner> {
  const desk = openTokenDesk(settings.client, '/oauth2/token');
  const outcomeOf = eligibilityRegister(settings.town);
  const checks = new Map<string, Check>();
  const readyAtByAsked = new Map<string, number>();

  const post = (request: PartnerRequest): PartnerAnswer => {
    const asked = readCheck(request.body);
    if (typeof asked === 'string') return problem(400, asked);
    const key = JSON.stringify([asked.nationalInsuranceNumber, asked.lastName, asked.dateOfBirth]);
    const remembered = settings.remembers === true ? readyAtByAsked.get(key) : undefined;
    const readyAt = remembered ?? Date.now() + (settings.queueMs ?? 1000);
    readyAtByAsked.set(key, readyAt);
    const created = new Date().toISOString();
    const check = { id: randomUUID(), asked, outcome: outcomeOf(asked), created, readyAt };
    checks.set(check.id, check);
    return jsonAnswer(202, { data: statusOf(check), links: linksOf(check.id) });
  };

  const get = (guid: string, statusOnly: boolean): PartnerAnswer => {
    const check = checks.get(guid);
    if (check === undefined) return problem(404, guid);
    return jsonAnswer(200, statusOnly ? { data: statusOf(check) } : item(check));
  };

  return startPartner({
    name: 'school meals checks (Department for Education)',
    basePath: '',
    port: settings.port,
    besides: desk.answer,
    answer: (request) => {
      if (!desk.knows(request)) return unauthorised();
      if (request.path === '/check/free-school-meals') {
        return request.method === 'POST' ? post(request) : problem(405, 'Method Not Allowed');
      }
      const guid = /^\/check\/([^/]+)(\/status)?$/.exec(request.path);
      if (guid?.[1] === undefined || request.method !== 'GET') return problem(404, 'Not Found');
      return get(guid[1], guid[2] !== undefined);
    },
  });
}

const MEMBERS = [
  'nationalInsuranceNumber',
  'nationalAsylumSeekerServiceNumber',
  'firstName',
  'lastName',
  'dateOfBirth',
  'childFirstName',
  'childLastName',
  'childDateOfBirth',
  'childSchoolURN',
  'emailAddress',
  'eligibilityEndDate',
  'clientIdentifier',
] as const;

/** The check that a body asks for, or why it cannot be made. */
function readCheck(body: string): CheckAsked | string {
  const data = dataOf(body);
  if (data === undefined) return 'Invalid Request, data is required.';
  const asked: Partial<Record<(typeof MEMBERS)[number], string>> = {};
  for (const name of MEMBERS) if (typeof data[name] === 'string') asked[name] = data[name];
  const { lastName, dateOfBirth, nationalInsuranceNumber, nationalAsylumSeekerServiceNumber } = asked;
  if (lastName === undefined || lastName.trim() === '') return 'LastName is required';
  if (dateOfBirth === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(dateOfBirth)) {
    return 'Date of birth is required:- (yyyy-mm-dd)';
  }
  if ((nationalInsuranceNumber === undefined) === (nationalAsylumSeekerServiceNumber === undefined)) {
    return 'Either National Insurance Number or National Asylum Seeker Service Number is required, not both';
  }
  return { ...asked, lastName: lastName.trim().toUpperCase(), dateOfBirth };
}

function dataOf(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const data = isObject(parsed) ? parsed['data'] : undefined;
    return isObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statusOf(check: Check): { status: string; tier?: string } {
  if (Date.now() < check.readyAt) return { status: 'queuedForProcessing' };
  const { status, tier } = check.outcome;
  return tier === undefined ? { status } : { status, tier };
}

function item(check: Check): Record<string, unknown> {
  const { id, asked, created, outcome } = check;
  const endDate = outcome.status === 'eligible' ? '2027-07-31' : undefined;
  const data = {
    eligibilityCheckID: id,
    ...statusOf(check),
    eligibilityEndDate: endDate,
    ...asked,
    created,
  };
  return { data, links: linksOf(id) };
}

function linksOf(id: string): Record<string, string> {
  return {
    get_EligibilityCheck: `/check/${id}`,
    put_EligibilityCheckProcess: `/engine/process/${id}`,
    get_EligibilityCheckStatus: `/check/${id}/status`,
  };
}

function unauthorised(): PartnerAnswer {
  return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: '' };
}

function problem(status: number, title: string): PartnerAnswer {
  return jsonAnswer(status, { errors: [{ status: 0, title }] });
}
