/** An Express app that says nothing of itself, and reads of an address what stands in it and no more. */
import express, { type Express } from 'express';

/** No `X-Powered-By`, no `ETag` (it would tell of what is withheld); an address in other capitals, or with a slash more, is another one. */
export function plainApp(): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  return app;
}
