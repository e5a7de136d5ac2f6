import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenText, parseListen } from '../../src/input/listen-address.ts';
import { ConfigError } from '../../src/lib/errors.ts';

for (const [text, host, port] of [
  ['2055', undefined, 2055],
  [6343, undefined, 6343],
  ['*:2055', undefined, 2055],
  ['0.0.0.0:2055', '0.0.0.0', 2055],
  ['192.0.2.1:0', '192.0.2.1', 0],
  ['[::]:2055', '::', 2055],
  ['[2001:db8::1]:65535', '2001:db8::1', 65535],
] as const) {
  test(`understands ${text}`, () => {
    const address = parseListen(text, 'input.listen[0]');
    assert.deepEqual(address, { host, port });
    assert.deepEqual(parseListen(listenText(address), 'x'), address);
  });
}

for (const text of ['', ':2055', '65536', '-1', 'router:2055', '1.2.3:2055', '::1:2055', '[1.2.3.4]:1', '2055/udp']) {
  test(`refuses ${JSON.stringify(text)} and says what it expects`, () => {
    assert.throws(
      () => parseListen(text, 'input.listen[0]'),
      (error) => error instanceof ConfigError && /^input\.listen\[0\]: found .*, expected PORT/.test(error.message),
    );
  });
}
