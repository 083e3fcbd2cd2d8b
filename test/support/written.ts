/** What a command wrote, kept as text. */
import type { CommandIo } from '../../src/cli/command-io.ts';

export class Written implements CommandIo {
  readonly errIsTerminal: boolean;
  stdout = '';
  stderr = '';

  constructor(errIsTerminal = false) {
    this.errIsTerminal = errIsTerminal;
  }

  out(text: string): void {
    this.stdout += text;
  }
  err(text: string): void {
    this.stderr += text;
  }
}
