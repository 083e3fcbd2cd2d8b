/** A witness without the rest of the command line, so that it starts quickly; the environment is its settings. */
import { startWitness } from '../../src/roof/witnesses/witness.ts';
import { readWitnessSettings } from '../../src/roof/witnesses/witness-settings.ts';

const { port, verifierKey, logger, close } = await startWitness(readWitnessSettings(process.env));
process.once('SIGTERM', () => close().then(() => process.exit(0)));
process.stdout.write(`${verifierKey}\n`);
logger.info({ message: 'listening', port });
