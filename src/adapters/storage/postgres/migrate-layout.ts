/** Brings the tables of docs/formats/store.md to the newest layout, and gives a gateway's role just what it needs. */
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../../domain/gateway-error.ts';
import type { BoundSession, Session } from './connection.ts';

/** Layouts by number: the file of migration n brings layout n - 1 to layout n. */
const MIGRATIONS = ['0001-audit-log.sql'];
const NEWEST = MIGRATIONS.length;
const MONTHS_AHEAD = 3;

/** The layout that stands in the database; 0 for none. */
export async function layoutOf(session: Session): Promise<number> {
  // Asked of the catalogue's table: a look-up by name may answer from before a lock that was waited for.
  const [there] = await session.query(
    `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'audit_log' AND c.relname = 'layout') AS there`,
  );
  if (there?.['there'] !== true) return 0;
  const [row] = await session.query('SELECT version FROM audit_log.layout');
  return Number(row?.['version'] ?? 0);
}

/** @throws {GatewayError} `log-unavailable` where the layout is not the one that this version knows. */
export async function assertLayout(session: Session): Promise<void> {
  const layout = await layoutOf(session);
  if (layout === NEWEST) return;
  throw new GatewayError(
    'log-unavailable',
    layout > NEWEST
      ? `the audit store has layout ${layout}; this version knows layouts up to ${NEWEST}`
      : 'the database holds no audit store of this version yet; run `sharing-gateway store prepare` as its owner',
  );
}

/**
 * Makes or renews the layout, as the role that owns it. Several may do so at once: one does it, the others find it done.
 *
 * @param role a gateway's role that gets the rights to read, and to call the functions; nothing else.
 */
export async function migrateLayout(session: BoundSession, role: string | undefined): Promise<void> {
  await session.run('BEGIN');
  try {
    await session.run("SELECT pg_advisory_xact_lock(hashtext('sharing-gateway'), hashtext('layout'))");
    const layout = await layoutOf(session);
    if (layout === 0) await session.run('CREATE SCHEMA IF NOT EXISTS audit_log');
    for (const name of MIGRATIONS.slice(layout)) {
      await session.run('SET LOCAL search_path = audit_log');
      await session.run(readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8'));
    }
    if (layout < NEWEST) await session.run(`UPDATE audit_log.layout SET version = ${NEWEST}`);
    await grant(session, role);
    await session.run('COMMIT');
  } catch (error) {
    await session.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function grant(session: BoundSession, role: string | undefined): Promise<void> {
  if (role === undefined) return;
  const [quoted] = await session.query('SELECT quote_ident($1) AS name', [role]);
  const name = String(quoted?.['name']);
  await session.run(`GRANT USAGE ON SCHEMA audit_log TO ${name}`);
  await session.run(`GRANT SELECT ON ALL TABLES IN SCHEMA audit_log TO ${name}`);
  await session.run(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA audit_log TO ${name}`);
}

/** Makes the partitions of this month and the next ones, so that no commit has to. */
export async function makeMonths(session: Session, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) {
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1);
    await session.query('SELECT audit_log.ensure_month($1)', [month]);
  }
}
