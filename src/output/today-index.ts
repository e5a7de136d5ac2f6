// Creates today's index while it is still empty. Kibana learns fields from indices: a dashboard opened before the first
// flow would otherwise mark every panel red for want of them.

import type { Client } from '@elastic/elasticsearch';
import { dayIndexName, type IndexNames } from './day-index.ts';
import type { SetupChange } from './template-setup.ts';

/** To be called after the templates are in place. Throws the client's errors. */
export async function ensureTodayIndex(client: Client, names: IndexNames, isDryRun: boolean): Promise<SetupChange> {
  const name = dayIndexName(names, 'flows', Date.now());
  const change = { object: 'index', name } as const;
  if (await client.indices.exists({ index: name })) return { ...change, action: 'unchanged' };
  // 400: somebody was faster.
  if (!isDryRun) await client.indices.create({ index: name }, { ignore: [400] });
  return { ...change, action: 'created' };
}
