/** Watches files by looking at names, sizes and times twice a second: file events are not told on every disk. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderWatchOptions {
  /** Files, and folders with the folders beneath them one level down. */
  readonly paths: readonly string[];
  readonly onChange: () => void;
  readonly everyMs?: number;
}

const EVERY_MS = 500;
/** A change is told once two looks agree, so that files are not read while they are written; but never later than this. */
const MOST_LOOKS = 3;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  #told = '';
  #seen = '';
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  /** Takes what is there now as known, and looks again and again until `stop`. */
  async start(): Promise<void> {
    this.#told = await lookAt(this.#options.paths);
    this.#seen = this.#told;
    this.#again(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** A look at very many files takes long: then it rests in proportion, and still looks within a few seconds. */
  #again(tookMs: number): void {
    if (this.#stopped) return;
    const { everyMs = EVERY_MS } = this.#options;
    this.#timer = setTimeout(() => void this.#look(), Math.max(everyMs, Math.min(2 * everyMs, 5 * tookMs)));
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const from = performance.now();
    const now = await lookAt(this.#options.paths);
    const isStill = now === this.#seen;
    this.#seen = now;
    if (now === this.#told) this.#looks = 0;
    else {
      this.#looks += 1;
      if (isStill || this.#looks >= MOST_LOOKS) this.#tell(now);
    }
    this.#again(performance.now() - from);
  }

  #tell(now: string): void {
    this.#told = now;
    this.#looks = 0;
    if (!this.#stopped) this.#options.onChange();
  }
}

/** One text for what stands there: it differs wherever a file was written, moved, added or taken away. */
async function lookAt(paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of paths) await lookInto(path, 2, lines);
  return lines.join('\n');
}

async function lookInto(path: string, depth: number, lines: string[]): Promise<void> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined) return void lines.push(`${path} is not there`);
  // The time of the last change of the inode cannot be set by whoever writes the file.
  if (!about.isDirectory())
    return void lines.push(`${path} ${about.ino} ${about.size} ${about.mtimeMs} ${about.ctimeMs}`);
  if (depth === 0) return;
  const names = await readdir(path).catch(() => []);
  for (const name of names.sort()) await lookInto(join(path, name), depth - 1, lines);
}
