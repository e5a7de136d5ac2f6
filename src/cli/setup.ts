// `weir setup`: index templates in Elasticsearch, data view and dashboards in Kibana. Idempotent; says what it changed.

import {
  documentSchema,
  elasticsearchAddress,
  elasticsearchOptions,
  indexNames,
  indexOptions,
} from '../app/elasticsearch-output.ts';
import { loadConfig } from '../config/load.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import { urlWithoutCredentials } from '../lib/url.ts';
import { createClient, probe } from '../output/elasticsearch.ts';
import { type KibanaOptions, setUpKibana } from '../output/kibana.ts';
import { setUpAlerts } from '../output/kibana-alerts.ts';
import { type KibanaObject, shippedObjects } from '../output/kibana-objects.ts';
import { pagesWithData, shippedPages, withNavigation } from '../output/kibana-pages.ts';
import { OutputError } from '../output/output.ts';
import { ensureTemplates, removeTemplates } from '../output/template-setup.ts';
import { ensureTodayIndices } from '../output/today-index.ts';
import { type Arguments, CONFIG_OPTION, type Command } from './command.ts';

export const setup: Command = {
  name: 'setup',
  usage: 'weir setup [options]',
  summary: 'Installs or updates the index templates, the data views and the dashboards.',
  about: `Needs elasticsearch.url and kibana.url (WEIR_ELASTICSEARCH_URL, WEIR_KIBANA_URL). Running it again changes
nothing. An object that somebody has changed since is left alone and reported, unless --overwrite is given.
Pages about what no exporter has sent so far are installed, but left out of the bar of links on top of all pages.

Exit code 0: done; 1: Elasticsearch or Kibana could not be reached, refused, or is too old.`,
  options: {
    ...CONFIG_OPTION,
    'elasticsearch-only': { type: 'boolean', about: 'leave Kibana alone' },
    'kibana-only': { type: 'boolean', about: 'leave Elasticsearch alone' },
    'dry-run': { type: 'boolean', short: 'n', about: 'say what would be done, do nothing' },
    alerts: { type: 'boolean', about: 'install alert rules, too, switched off until you enable them (docs/alerts.md)' },
    overwrite: { type: 'boolean', about: 'replace objects that somebody has changed' },
    remove: { type: 'boolean', about: 'take templates, data view, dashboards and alert rules away; indices stay' },
    pages: {
      type: 'string',
      value: 'WHICH',
      about: 'found: the bar of links shows pages there is data for; all: every page (default: kibana.pages, found)',
    },
    space: { type: 'string', value: 'NAME', about: 'Kibana space (default: kibana.space, else default)' },
  },
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    if (args.flag('elasticsearch-only') && args.flag('kibana-only')) {
      throw new ConfigError('arguments', '--elasticsearch-only --kibana-only', 'one of the two');
    }
    try {
      if (!args.flag('kibana-only')) await setUpElasticsearch(config, args);
      if (args.flag('elasticsearch-only')) return 0;
      if (config.schema === 'weir' || args.flag('remove')) await setUpKibanaObjects(config, args);
      else
        process.stdout.write(
          `Kibana is left alone: dashboards for ${config.schema} are those of your old installation\n`,
        );
      return 0;
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      process.stderr.write(`weir: ${error.message}\n`);
      return 1;
    }
  },
};

async function setUpElasticsearch(config: Config, args: Arguments): Promise<void> {
  if (!hasElasticsearch(config)) {
    throw new ConfigError(
      'elasticsearch.url',
      undefined,
      'the URL of Elasticsearch, e.g. WEIR_ELASTICSEARCH_URL=http://localhost:9200',
    );
  }
  const client = await createClient(elasticsearchOptions(config));
  try {
    const { version, problem } = await probe(client);
    const where = elasticsearchAddress(config);
    if (version === undefined) throw new OutputError(`Elasticsearch at ${where} does not answer: ${problem}`, true);
    process.stdout.write(`Elasticsearch ${version} at ${where}\n`);
    const options = { dryRun: args.flag('dry-run'), overwrite: args.flag('overwrite') };
    const change = args.flag('remove') ? removeTemplates : ensureTemplates;
    const done = await change(client, documentSchema(config), indexOptions(config), options);
    // Of counters, too, which may never come: Kibana marks panels red whose fields no index has.
    const kinds = config.schema === 'weir' ? (['flows', 'counters', 'exporters'] as const) : (['flows'] as const);
    if (!args.flag('remove'))
      done.push(...(await ensureTodayIndices(client, indexNames(config), kinds, options.dryRun)));
    for (const { action, object, name, reason } of done) print(action, object, name, reason);
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new OutputError(`Elasticsearch refused: ${(error as Error).message}`, false, { cause: error });
  } finally {
    await client.close();
  }
}

async function setUpKibanaObjects(config: Config, args: Arguments): Promise<void> {
  const { kibana, elasticsearch } = config;
  if (kibana.url === undefined) {
    throw new ConfigError(
      'kibana.url',
      undefined,
      'the URL of Kibana, e.g. WEIR_KIBANA_URL=http://localhost:5601 (or --elasticsearch-only)',
    );
  }
  const hasOwnCredentials = kibana.username !== undefined || kibana.apiKey !== undefined;
  const credentials = hasOwnCredentials ? kibana : elasticsearch;
  const options: KibanaOptions = {
    url: kibana.url,
    username: credentials.username,
    password: credentials.password,
    apiKey: credentials.apiKey,
    ca: kibana.ca ?? elasticsearch.ca,
    insecure: kibana.insecure,
    space: args.text('space') ?? kibana.space ?? 'default',
    indexPrefix: config.index.prefix,
  };
  const action = { remove: args.flag('remove'), overwrite: args.flag('overwrite'), dryRun: args.flag('dry-run') };
  const report = await setUpKibana(options, action, await chooseObjects(config, args));
  process.stdout.write(`Kibana ${report.version} at ${urlWithoutCredentials(kibana.url)}${untried(report.version)}\n`);
  for (const { outcome, type, id, title, reason } of report.objects) print(outcome, type, `${title} (${id})`, reason);
  if (!args.flag('alerts') && !action.remove) return;
  for (const { outcome, name, isEnabled, reason } of await setUpAlerts(options, action)) {
    print(outcome, `alert rule (${isEnabled ? 'on' : 'off'})`, name, reason);
  }
}

/** Later ones migrate what 8.12 took; nobody has looked at it there. */
function untried(version: string): string {
  return Number.parseInt(version, 10) > 8
    ? ' (the dashboards are made for 8.12 and later, and untried on 9 and later)'
    : '';
}

/** With the bar of links for the pages that there is data for. Where Elasticsearch cannot be asked, for all of them. */
async function chooseObjects(config: Config, args: Arguments): Promise<readonly KibanaObject[]> {
  const which = args.text('pages') ?? config.kibana.pages;
  if (which !== 'found' && which !== 'all') throw new ConfigError('--pages', which, 'found or all');
  const objects = shippedObjects();
  if (which === 'all' || args.flag('remove') || !hasElasticsearch(config)) return objects;
  const client = await createClient(elasticsearchOptions(config));
  try {
    const pages = shippedPages();
    const shown = await pagesWithData(pages, config.index.prefix, async (index, query) => {
      const answer = await client.search({ index, size: 0, terminate_after: 1, track_total_hits: true, query });
      return hitCount(answer.hits.total) > 0;
    });
    const hidden = pages.filter(({ id }) => !shown.has(id)).map(({ title }) => title);
    if (hidden.length > 0) {
      process.stdout.write(
        `Without data so far, and not in the bar of links (--pages all shows them): ${hidden.join(', ')}\n`,
      );
    }
    return withNavigation(objects, pages, shown);
  } catch (error) {
    process.stderr.write(
      `weir: the bar of links gets all pages, since Elasticsearch cannot be asked for data: ${(error as Error).message}\n`,
    );
    return objects;
  } finally {
    await client.close();
  }
}

function hitCount(total: number | { readonly value: number } | undefined): number {
  return typeof total === 'object' ? total.value : (total ?? 0);
}

function print(action: string, object: string, name: string, reason: string | undefined): void {
  process.stdout.write(`  ${action.padEnd(10)}${object} ${name}${reason === undefined ? '' : `: ${reason}`}\n`);
}
