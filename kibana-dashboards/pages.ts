// All pages: every file in pages/ exports one as `page`. Found by reading the folder, so that a new page is a new file and
// nothing else.

import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../src/lib/package-root.ts';
import { GROUPS, type Page } from './lib/page-types.ts';

/** The sources decide, not what an earlier build has left behind. */
const names = readdirSync(join(packageRoot, 'kibana-dashboards', 'pages'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** Extension of the running files: .js built, .ts where Node runs the sources. */
const extension = extname(fileURLToPath(import.meta.url));

async function load(name: string): Promise<Page> {
  // Every file in pages/ has the type that the interface demands; the test of objects looks at each.
  const { page } = (await import(`./pages/${name}${extension}`)) as { page?: Page };
  if (page?.id !== name) throw new Error(`kibana-dashboards/pages/${name}.ts has to export a page with the id ${name}`);
  return page;
}

const order = Object.keys(GROUPS);

/** In the order of the navigation bar. */
export const pages: readonly Page[] = (await Promise.all(names.map(load))).sort(
  (a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.order - b.order,
);
