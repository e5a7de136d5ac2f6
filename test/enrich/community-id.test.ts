// Expected values: the baseline of the Community ID specification (baseline_deflt.json, baseline_seed1.json), where the
// "ports" of ICMP are type and answer or code; the last rows by the Python package communityid 1.5.0.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { communityIdEnricher } from '../../src/enrich/community-id.ts';
import { type FlowValues, makeFlow } from './flows.ts';

type Row = readonly [number, string, string, number | undefined, number | undefined, string, string];

/** protocol, source, destination, source port or ICMP type, destination port or ICMP code, id by seed 0, by seed 1 */
// biome-ignore format: a table
const ROWS: readonly Row[] = [
  [58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', 135, 0, '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=', '1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY='],
  [58, 'fe80::260:97ff:fe07:69ea', 'fe80::200:86ff:fe05:80da', 136, 0, '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=', '1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY='],
  [58, 'fe80::260:97ff:fe07:69ea', 'fe80::200:86ff:fe05:80da', 135, 0, '1:zavyT/cezQr1fmImYCwYnMXbgck=', '1:2hSqmsDZ2kdcY9kbiUzOEBic0iM='],
  [58, '3ffe:501:1800:2345::2', '3ffe:507:0:1:200:86ff:fe05:80da', 3, 0, '1:2ObVBgIn28oZvibYZhZMBgh7WdQ=', '1:lVEtCZpYu84Xqaa++3lXFyuu2n4='],
  [58, '3ffe:501:410:0:2c0:dfff:fe47:33e', '3ffe:507:0:1:200:86ff:fe05:80da', 1, 4, '1:hLZd0XGWojozrvxqE0dWB1iM6R0=', '1:W8MHwXpWzpoSTD+cGcaJr4u0ys8='],
  [58, '3ffe:507:0:1:200:86ff:fe05:80da', '3ffe:501:0:1001::2', 128, 0, '1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=', '1:GfZxjAkDk2MkegpBYHV6tadtFXQ='],
  [58, '3ffe:501:0:1001::2', '3ffe:507:0:1:200:86ff:fe05:80da', 129, 0, '1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=', '1:GfZxjAkDk2MkegpBYHV6tadtFXQ='],
  [58, 'fe80::200:86ff:fe05:80da', 'ff02::2', 133, 0, '1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0=', '1:L7Ka0ZMYu+J3bL4ulW2PrqyXNo8='],
  [58, 'fe80::260:97ff:fe07:69ea', 'ff02::1', 134, 0, '1:pkvHqCL88/tg1k4cPigmZXUtL00=', '1:K/ee5UCqAMAQXDorP5nSa2CGLjc='],
  [1, '192.168.0.89', '192.168.0.1', 8, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk=', '1:03g6IloqVBdcZlPyX8r0hgoE7kA='],
  [1, '192.168.0.1', '192.168.0.89', 0, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk=', '1:03g6IloqVBdcZlPyX8r0hgoE7kA='],
  [1, '10.0.0.1', '10.0.0.2', 11, 0, '1:YHxtAirCG//0OzkcVAukqKQN9xM=', '1:XjUibYHaafLQ3pxQeiMI8g25q20='],
  [6, '2001:470:e5bf:dead:4957:2174:e82c:4887', '2607:f8b0:400c:c03::1a', 63943, 25, '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=', '1:eJYTW6AOzFLlSUoESovMjnu7rMw='],
  [6, '2607:f8b0:400c:c03::1a', '2001:470:e5bf:dead:4957:2174:e82c:4887', 25, 63943, '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=', '1:eJYTW6AOzFLlSUoESovMjnu7rMw='],
  [132, '192.168.170.8', '192.168.170.56', 7, 7, '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=', '1:5w3ZRjeKBzqT3zsaEECDGjUbYeg='],
  [132, '192.168.170.56', '192.168.170.8', 7, 7, '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=', '1:5w3ZRjeKBzqT3zsaEECDGjUbYeg='],
  [6, '128.232.110.120', '66.35.250.204', 34855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg=', '1:3V71V58M3Ksw/yuFALMcW0LAHvc='],
  [6, '66.35.250.204', '128.232.110.120', 80, 34855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg=', '1:3V71V58M3Ksw/yuFALMcW0LAHvc='],
  [17, '192.168.1.52', '8.8.8.8', 54585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ=', '1:Q9We8WO3piVF8yEQBNJF4uiSVrI='],
  [17, '8.8.8.8', '192.168.1.52', 53, 54585, '1:d/FP5EW3wiY1vCndhwleRRKHowQ=', '1:Q9We8WO3piVF8yEQBNJF4uiSVrI='],
  [46, '10.1.12.1', '10.1.12.2', undefined, undefined, '1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=', '1:rYir8gphR31noO9iDRQmF/BteEI='],
  [46, '10.1.12.2', '10.1.12.1', undefined, undefined, '1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=', '1:rYir8gphR31noO9iDRQmF/BteEI='],
  [6, '10.0.0.1', '10.0.0.1', 9, 8, '1:BriuZqmfifIqTVJOpCHPKIUrNIU=', '1:AawN5XPAmjOx7eSFyAtd8bf+0FA='],
  [17, 'fe80::1', 'fe80::1', 8, 9, '1:2SxhA6xg/4CtAvwxY4nvRbvInts=', '1:2a7HUzz0dagPCVfZ8RVYYcgCh5o='],
  [1, '10.9.9.9', '10.0.0.1', 17, 0, '1:ilCtJ74dTIDfsc1R8QlS159G+sY=', '1:5K7HXDXqcwDea70b2RrYA0trINo='],
  [1, '10.9.9.9', '10.0.0.1', 3, 3, '1:SJ/uGOOs+CqbgJ8nSCmxH2Wui/8=', '1:s1VTDWJ4dS5guweF0Srom5Y3XJI='],
  [58, 'fe80::9', 'ff02::16', 131, 0, '1:HJ48YUAtAsAmzb4KGI//9leMVHU=', '1:LkxxmU2Dc91tgHJslwyOxsP8RlM='],
  [47, '2a00::2', '2a00::1', undefined, undefined, '1:b1pcLzdBSd+nLuyTPPV9oP5zvUg=', '1:i1qBL5UH1UglN9fUn+VIDpPNY1E='],
];

function valuesOf([protocolNumber, sourceIp, destinationIp, source, destination]: Row): FlowValues {
  const isIcmp = protocolNumber === 1 || protocolNumber === 58;
  return isIcmp
    ? { protocolNumber, sourceIp, destinationIp, icmpType: source, icmpCode: destination }
    : { protocolNumber, sourceIp, destinationIp, sourcePort: source, destinationPort: destination };
}

for (const seed of [0, 1]) {
  test(`computes the specification's ids with seed ${seed}`, () => {
    const enrich = communityIdEnricher({ seed });
    for (const row of ROWS) {
      const flow = makeFlow(valuesOf(row));
      enrich(flow);
      assert.equal(flow.communityId, row[5 + seed], row.join(' '));
    }
  });
}

for (const [name, values] of [
  ['without addresses', { protocolNumber: 6, sourcePort: 1, destinationPort: 2 }],
  ['without protocol', { sourceIp: '10.0.0.1', destinationIp: '10.0.0.2' }],
  ['of TCP without a port', { protocolNumber: 6, sourceIp: '10.0.0.1', destinationIp: '10.0.0.2', sourcePort: 1 }],
  ['of ICMP without a type', { protocolNumber: 1, sourceIp: '10.0.0.1', destinationIp: '10.0.0.2' }],
  ['of two families', { protocolNumber: 47, sourceIp: '10.0.0.1', destinationIp: '2a00::1' }],
] as const) {
  test(`gives no id to flows ${name}`, () => {
    const flow = makeFlow(values);
    communityIdEnricher({ seed: 0 })(flow);
    assert.equal(flow.communityId, undefined);
  });
}
