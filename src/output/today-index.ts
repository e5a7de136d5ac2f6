// Creates today's indices while they are still empty. Kibana learns fields from indices: a dashboard opened before the first
// flow would otherwise mark every panel red for want of them.

import type { Client } from '@elastic/elasticsearch';
import { dayIndexName, type IndexNames } from './day-index.ts';
import type { DocumentKind } from './output.ts';
import type { SetupChange } from './template-setup.ts';

/** To be called after the templates are in place, with the kinds that have one. Throws the client's errors. */
export async function ensureTodayIndices(
  client: Client,
  names: IndexNames,
  kinds: readonly DocumentKind[],
  isDryRun: boolean,
): Promise<readonly SetupChange[]> {
  const changes: SetupChange[] = [];
  for (const kind of kinds) {
    const name = dayIndexName(names, kind, Date.now());
    const isThere = await client.indices.exists({ index: name });
    // 400: somebody was faster.
    if (!isThere && !isDryRun) await client.indices.create({ index: name }, { ignore: [400] });
    changes.push({ object: 'index', name, action: isThere ? 'unchanged' : 'created' });
  }
  return changes;
}
