/** The commands that start something: `serve` the gateway, `demo` the gateway among invented councils. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

/** Beside the source; no part of what is installed as an image. */
const DEMO = '../../../demo/demo.ts';

/** Adds the commands to the program. */
export function addStartCommands(program: Command): void {
  program
    .command('serve')
    .description(
      'start the gateway; every setting comes from the environment, and each that is missing is named',
    )
    .action(async () => {
      await import('../../main.ts');
    });
  program
    .command('demo')
    .description(
      'start the gateway among invented councils, and walk through a release, a refusal and a proof',
    )
    .action(() => {
      const demo = fileURLToPath(new URL(DEMO, import.meta.url));
      if (!existsSync(demo)) program.error('the demo is not part of this installation');
      process.exitCode = spawnSync(process.execPath, [demo], { stdio: 'inherit' }).status ?? 1;
    });
}
