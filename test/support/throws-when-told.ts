/** Loaded before a program: on SIGUSR2 it throws, where nobody catches it, an error that quotes what it could not read. */
process.on('SIGUSR2', () => JSON.parse('{"nino": canary-crash}'));
