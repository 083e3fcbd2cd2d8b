/** Stand-in for the Department for Transport's badge management service, version 1.1.0: look up and search. */
import { randomUUID } from 'node:crypto';
import type { Town } from '../people.ts';
import { type Badge, badgeRecords } from './badge-records.ts';
import { type ClientSecret, openTokenDesk } from './credentials.ts';
import { jsonAnswer, type Partner, type PartnerAnswer, startPartner } from './partner.ts';

export interface BlueBadgesSettings {
  readonly town: Town;
  readonly client: ClientSecret;
  readonly port: number;
}

/** Starts it: `GET /badges/{badgeNumber}` and `GET /badges?name&postCode&pageNum&pageSize`. */
export async function startBlueBadges(settings: BlueBadgesSettings): Promise<Partner> {
  const desk = openTokenDesk(settings.client, '/oauth/token');
  const badges = badgeRecords(settings.town);
  const byNumber = new Map(badges.map((badge) => [badge.badgeNumber, badge]));
  return startPartner({
    name: 'Blue Badges (Department for Transport)',
    basePath: '/uk-gov-dft/blue-badge/1.0.0',
    port: settings.port,
    besides: desk.answer,
    answer: (request) => {
      if (!desk.knows(request)) return unauthorised();
      if (request.method !== 'GET') return failed(405, 'unknown', 'MethodNotAllowed');
      if (request.path === '/badges') return search(badges, request.query);
      const number = /^\/badges\/([^/]+)$/.exec(request.path)?.[1];
      const badge = number === undefined ? undefined : byNumber.get(decodeURIComponent(number).toUpperCase());
      if (badge === undefined) return failed(404, 'retrieveBlueBadge', 'NotFound.badge');
      return jsonAnswer(200, { ...wrapper('retrieveBlueBadge'), data: badge });
    },
  });
}

/** A partial match on the name and a whole one on the postcode; both where both are given. */
function search(badges: readonly Badge[], query: URLSearchParams): PartnerAnswer {
  const name = query.get('name')?.trim().toLowerCase();
  const postCode = query.get('postCode')?.replaceAll(' ', '').toUpperCase();
  const pageNum = wholeNumber(query.get('pageNum'), 1, 1_000_000);
  const pageSize = wholeNumber(query.get('pageSize'), 50, 200);
  if (!name && !postCode) return failed(400, 'findBlueBadge', 'Invalid.badge.query');
  if (pageNum === undefined || pageSize === undefined) return failed(400, 'findBlueBadge', 'Invalid.paging');
  const found = badges.filter(
    (badge) =>
      (!name || holderOf(badge).toLowerCase().includes(name)) &&
      (!postCode || badge.party.contact['postCode']?.replaceAll(' ', '') === postCode),
  );
  const page = found.slice((pageNum - 1) * pageSize, pageNum * pageSize);
  return jsonAnswer(200, {
    ...wrapper('findBlueBadge'),
    pagingInfo: {
      pageNum,
      pageSize,
      count: page.length,
      total: found.length,
      pages: Math.ceil(found.length / pageSize),
    },
    data: page.map(summary),
  });
}

/** The summary names the National Insurance number too: a search needs an agreement of its own. */
function summary(badge: Badge): Record<string, string | undefined> {
  return {
    badgeNumber: badge.badgeNumber,
    partyTypeCode: badge.party.typeCode,
    name: holderOf(badge),
    nino: badge.party.person?.nino,
    localAuthorityShortCode: badge.localAuthorityShortCode,
    postCode: badge.party.contact['postCode'],
    expiryDate: badge.expiryDate,
    statusCode: badge.statusCode,
  };
}

function holderOf(badge: Badge): string {
  return badge.party.person?.badgeHolderName ?? badge.party.organisation?.badgeHolderName ?? '';
}

/** The number, or undefined where it is none from 1 to `most`. */
function wholeNumber(text: string | null, otherwise: number, most: number): number | undefined {
  if (text === null) return otherwise;
  const number = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : undefined;
}

function wrapper(method: string): Record<string, string> {
  return { apiVersion: '1.0.0', context: 'gateway-demo', id: randomUUID(), method };
}

function failed(status: number, method: string, message: string): PartnerAnswer {
  return jsonAnswer(status, { ...wrapper(method), error: { code: status, message, reason: message } });
}

function unauthorised(): PartnerAnswer {
  return jsonAnswer(
    401,
    { error: 'unauthorized', error_description: 'Full authentication is required' },
    { 'www-authenticate': 'Bearer realm="blue-badge"' },
  );
}
