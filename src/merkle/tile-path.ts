/** Paths of tiles (C2SP tlog-tiles): which level, which tile of it and how wide, as one text and no other. */

/** Hashes of a full tile, and entries of a full bundle. */
export const TILE_WIDTH = 256;

/** A tile of hashes, or with `entries` for its level a bundle of entries. */
export interface TilePlace {
  readonly level: number | 'entries';
  /** Number of the tile in its level, from 0. */
  readonly tile: number;
  /** Hashes that are asked for: 256 for a full tile, 1 to 255 for a partial one. */
  readonly width: number;
}

const HIGHEST_LEVEL = 63;
/** Level, groups of three digits, width. Five groups are as many as a tree of 2^53 leaves needs. */
const PATH = /^(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:[.]p\/([1-9][0-9]{0,2}))?$/;

/** What stands behind `tile/` in the address, such as `0/x001/x234/067` or `entries/000.p/17`. */
export function tilePath({ level, tile, width }: TilePlace): string {
  const groups = [String(tile % 1000).padStart(3, '0')];
  for (let rest = Math.floor(tile / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Reads what stands behind `tile/`; undefined where it is not spelled just as `tilePath` spells it. */
export function parseTilePath(path: string): TilePlace | undefined {
  const [, level, groups, width] = PATH.exec(path) ?? [];
  if (level === undefined || groups === undefined) return undefined;
  const place: TilePlace = {
    level: level === 'entries' ? level : Number(level),
    tile: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (typeof place.level === 'number' && place.level > HIGHEST_LEVEL) return undefined;
  return tilePath(place) === path ? place : undefined;
}

/** How many hashes tile `tile` of a level has in the tree of `size` leaves: 0 where there is no such tile, at most 256. */
export function widthOfTile(level: number | 'entries', tile: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - tile * TILE_WIDTH));
}
