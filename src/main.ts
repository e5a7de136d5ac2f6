#!/usr/bin/env node
// The binary: reads the arguments, sets the exit code. The only file that ends the process.

import { runCommandLine } from './cli.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
