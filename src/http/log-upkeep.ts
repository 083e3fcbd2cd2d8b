/** The operations port's orders about what the log keeps: erasing, holds and retention. */
import express, { type Response, Router } from 'express';
import type { Credentials } from '../exchange/ports.ts';
import { RequestCredentials } from './request-credentials.ts';

/** As it came: nothing of it is checked yet. Identifiers go no further than into tags. */
export type UpkeepOrder = Readonly<Record<string, unknown>> & {
  /** By which whoever orders is proved, where there is an `Authorization` header; undefined while no gateway runs. */
  readonly credentials: Credentials | undefined;
};

/** What became of an order, or what is wrong with it. Neither holds an identifier. */
export type UpkeepAnswer =
  | {
      readonly said: string;
      readonly lines?: readonly string[];
      /** True where the order must be given again for the rest. */
      readonly more?: boolean;
    }
  | { readonly wrong: string };

export interface LogUpkeepOrders {
  erase(order: UpkeepOrder): Promise<UpkeepAnswer>;
  addHold(order: UpkeepOrder): Promise<UpkeepAnswer>;
  liftHold(order: UpkeepOrder): Promise<UpkeepAnswer>;
  listHolds(order: UpkeepOrder): Promise<UpkeepAnswer>;
  showRetention(order: UpkeepOrder): Promise<UpkeepAnswer>;
  runRetention(order: UpkeepOrder): Promise<UpkeepAnswer>;
}

const MOST_BYTES = 65_536;

/** Which order is given where. */
export const ORDER_BY_PATH: ReadonlyMap<string, keyof LogUpkeepOrders> = new Map([
  ['/log/erasures', 'erase'],
  ['/log/holds/add', 'addHold'],
  ['/log/holds/lift', 'liftHold'],
  ['/log/holds/list', 'listHolds'],
  ['/log/retention/show', 'showRetention'],
  ['/log/retention/run', 'runRetention'],
]);

/** Makes the routes. Identifiers come in the body, which no server logs; a form of another site cannot send their type. */
export function logUpkeep(orders: LogUpkeepOrders): Router {
  const router = Router();
  for (const [path, order] of ORDER_BY_PATH) {
    router.post(path, express.json({ limit: MOST_BYTES }), async (request, response) => {
      const credentials = new RequestCredentials(request);
      send(response, await orders[order]({ ...Object(request.body), credentials }));
    });
  }
  return router;
}

function send(response: Response, answer: UpkeepAnswer): void {
  response.status('wrong' in answer ? 400 : 200).json(answer);
}
