/** Finds claims (RFC 7519) by the names that an organisation's file gives. */
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';

/** A claim by its whole name (which may hold dots, as URLs do) or, where there is none, by dots going down. */
export function claimAt(claims: StrictJsonObject, path: string): StrictJson | undefined {
  const whole = claims[path];
  if (whole !== undefined) return whole;
  let value: StrictJson | undefined = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The values of a claim that may hold one or a list. */
export function asList(value: StrictJson | undefined): readonly StrictJson[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
