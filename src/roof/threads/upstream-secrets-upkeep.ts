/** Keeps the upstream secrets up with their files: what can be read counts from then on, what cannot changes nothing. */
import type { UpstreamSecrets } from '../../adapters/upstream/upstream-secrets.ts';
import { ConfigError } from '../../config.ts';
import { FolderWatch } from '../policies/folder-watch.ts';
import { readSecretsAndFiles, type SecretsRead } from '../settings/upstream-secrets-file.ts';

export interface SecretsUpkeepOptions {
  readonly path: string;
  /** As they were read before. */
  readonly read: SecretsRead;
  readonly onTaken: (secrets: UpstreamSecrets) => void;
  /** Told once for each state of the files that cannot be used. */
  readonly onBroken: (mistakes: readonly string[]) => void;
  readonly everyMs?: number;
}

export class SecretsUpkeep {
  readonly #options: SecretsUpkeepOptions;
  #read: SecretsRead;
  #mistakes: readonly string[] = [];
  #watch: FolderWatch | undefined;
  #stopped = false;

  constructor(options: SecretsUpkeepOptions) {
    this.#options = options;
    this.#read = options.read;
  }

  /** Those that count. */
  get secrets(): UpstreamSecrets {
    return this.#read.secrets;
  }

  /** What is wrong with the files as they stand; empty where they count. Names secrets and members, never values. */
  get mistakes(): readonly string[] {
    return this.#mistakes;
  }

  /** Looks at the files from now on. What changed since they were read is taken up at once. */
  start(): void {
    void this.#watchFiles();
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
  }

  async #watchFiles(): Promise<void> {
    this.#watch?.stop();
    const { everyMs } = this.#options;
    const paths = this.#read.files;
    const watch = new FolderWatch({
      paths,
      onChange: () => this.#reread(),
      ...(everyMs === undefined ? {} : { everyMs }),
    });
    this.#watch = watch;
    await watch.start();
    if (this.#stopped) watch.stop();
    else this.#reread();
  }

  #reread(): void {
    const before = this.#read;
    try {
      const read = readSecretsAndFiles(this.#options.path);
      this.#mistakes = [];
      this.#read = read;
      if (textOf(read.secrets) !== textOf(before.secrets)) this.#options.onTaken(read.secrets);
      if (textOf(read.files) !== textOf(before.files)) void this.#watchFiles();
    } catch (error) {
      // INVARIANT: secrets that cannot be read whole change nothing; those in use stay.
      this.#mistakes =
        error instanceof ConfigError ? error.mistakes : ['UPSTREAM_SECRETS_FILE cannot be read'];
      this.#options.onBroken(this.#mistakes);
    }
  }
}

function textOf(these: Iterable<unknown>): string {
  return JSON.stringify([...these]);
}
