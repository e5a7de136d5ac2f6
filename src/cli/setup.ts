// `weir setup`: index templates in Elasticsearch, data view and dashboards in Kibana. Idempotent; says what it changed.

import { elasticsearchOptions, indexOptions } from '../app/elasticsearch-output.ts';
import { loadConfig } from '../config/load.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import { loadSchema } from '../lib/schema-file.ts';
import { urlWithoutCredentials } from '../lib/url.ts';
import { createClient, probe } from '../output/elasticsearch.ts';
import { setUpKibana } from '../output/kibana.ts';
import { OutputError } from '../output/output.ts';
import { ensureTemplates, removeTemplates } from '../output/template-setup.ts';
import { ensureTodayIndex } from '../output/today-index.ts';
import { type Arguments, CONFIG_OPTION, type Command } from './command.ts';

export const setup: Command = {
  name: 'setup',
  usage: 'weir setup [options]',
  summary: 'Installs or updates the index template, the data view and the dashboards.',
  about: `Needs elasticsearch.url and kibana.url (WEIR_ELASTICSEARCH_URL, WEIR_KIBANA_URL). Running it again changes
nothing. An object that somebody has changed since is left alone and reported, unless --overwrite is given.

Exit code 0: done; 1: Elasticsearch or Kibana could not be reached, refused, or is too old.`,
  options: {
    ...CONFIG_OPTION,
    'elasticsearch-only': { type: 'boolean', about: 'leave Kibana alone' },
    'kibana-only': { type: 'boolean', about: 'leave Elasticsearch alone' },
    'dry-run': { type: 'boolean', short: 'n', about: 'say what would be done, do nothing' },
    overwrite: { type: 'boolean', about: 'replace objects that somebody has changed' },
    remove: { type: 'boolean', about: 'take templates, data view and dashboards away; indices stay' },
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
      if (!args.flag('elasticsearch-only')) await setUpKibanaObjects(config, args);
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
    const where = config.elasticsearch.cloudId ?? config.elasticsearch.url.map(urlWithoutCredentials).join(', ');
    if (version === undefined) throw new OutputError(`Elasticsearch at ${where} does not answer: ${problem}`, true);
    process.stdout.write(`Elasticsearch ${version} at ${where}\n`);
    const options = { dryRun: args.flag('dry-run'), overwrite: args.flag('overwrite') };
    const change = args.flag('remove') ? removeTemplates : ensureTemplates;
    const done = await change(client, loadSchema(), indexOptions(config), options);
    if (!args.flag('remove')) done.push(await ensureTodayIndex(client, config.index.prefix, options.dryRun));
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
  const report = await setUpKibana(
    {
      url: kibana.url,
      username: credentials.username,
      password: credentials.password,
      apiKey: credentials.apiKey,
      ca: kibana.ca ?? elasticsearch.ca,
      insecure: kibana.insecure,
      space: args.text('space') ?? kibana.space ?? 'default',
      indexPrefix: config.index.prefix,
    },
    { remove: args.flag('remove'), overwrite: args.flag('overwrite'), dryRun: args.flag('dry-run') },
  );
  process.stdout.write(`Kibana ${report.version} at ${urlWithoutCredentials(kibana.url)}\n`);
  for (const { outcome, type, id, title, reason } of report.objects) print(outcome, type, `${title} (${id})`, reason);
}

function print(action: string, object: string, name: string, reason: string | undefined): void {
  process.stdout.write(`  ${action.padEnd(10)}${object} ${name}${reason === undefined ? '' : `: ${reason}`}\n`);
}
