import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyItem, describeFailure, readBulkAnswer, type Verdict } from '../../src/output/bulk-response.ts';

const ITEMS: readonly (readonly [number, string | undefined, Verdict])[] = [
  [201, undefined, 'written'],
  [200, undefined, 'written'],
  [409, 'version_conflict_engine_exception', 'duplicate'],
  [400, 'document_parsing_exception', 'rejected'],
  [400, 'mapper_parsing_exception', 'rejected'],
  [400, 'strict_dynamic_mapping_exception', 'rejected'],
  [400, 'illegal_argument_exception', 'retry'],
  [400, 'index_closed_exception', 'retry'],
  [400, 'validation_exception', 'retry'], // the shard limit of the cluster
  [400, undefined, 'retry'],
  [401, 'security_exception', 'retry'],
  [403, 'security_exception', 'retry'],
  [403, 'cluster_block_exception', 'retry'], // read-only index
  [404, 'index_not_found_exception', 'retry'],
  [429, 'cluster_block_exception', 'retry'], // flood-stage watermark
  [429, 'es_rejected_execution_exception', 'retry'],
  [500, 'document_parsing_exception', 'retry'],
  [503, 'unavailable_shards_exception', 'retry'],
  [0, undefined, 'retry'],
];

for (const [status, type, verdict] of ITEMS) {
  test(`an item with status ${status} and ${type ?? 'no error'} is ${verdict}`, () => {
    assert.equal(classifyItem(status, type), verdict);
  });
}

test('an answer without errors means that every document was written', () => {
  const items = [{ create: { status: 201 } }, { create: { status: 201 } }];
  const outcome = readBulkAnswer({ errors: false, items }, 2);
  assert.deepEqual(outcome, { written: 2, duplicates: 0, rejections: [], retry: [], fault: undefined });
});

test('a mixed answer is taken apart by position', () => {
  const items = [
    { create: { status: 201 } },
    { create: { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'queue full' } } },
    { create: { status: 409, error: { type: 'version_conflict_engine_exception', reason: 'exists' } } },
    {
      create: {
        status: 400,
        error: {
          type: 'document_parsing_exception',
          reason: '[1:9] failed to parse field [ip]',
          caused_by: { type: 'illegal_argument_exception', reason: "'x' is not an IP string literal." },
        },
      },
    },
  ];
  assert.deepEqual(readBulkAnswer({ errors: true, items }, 4), {
    written: 1,
    duplicates: 1,
    rejections: [
      {
        position: 3,
        type: 'document_parsing_exception',
        reason: "[1:9] failed to parse field [ip]: 'x' is not an IP string literal.",
      },
    ],
    retry: [1],
    fault: { scope: 'items', status: 429, type: 'es_rejected_execution_exception', reason: 'queue full' },
  });
});

for (const [name, answer] of [
  ['no object', 'OK'],
  ['an empty object', {}],
  ['fewer items than documents', { errors: false, items: [{ create: { status: 201 } }] }],
] as const) {
  test(`an answer that is ${name} settles nothing`, () => {
    const outcome = readBulkAnswer(answer, 2);
    assert.deepEqual(outcome.retry, [0, 1]);
    assert.equal(outcome.fault?.type, 'unusable_answer');
  });
}

const FAILURES: readonly (readonly [string, object, string, number, string])[] = [
  [
    'a refused connection',
    { name: 'ConnectionError', message: 'connect ECONNREFUSED' },
    'unreachable',
    0,
    'ConnectionError',
  ],
  ['a timeout', { name: 'TimeoutError', message: 'Request timed out' }, 'unreachable', 0, 'TimeoutError'],
  [
    'status 401',
    { name: 'ResponseError', statusCode: 401, body: { error: { type: 'security_exception', reason: 'missing' } } },
    'refused',
    401,
    'security_exception',
  ],
  ['a plain 429', { name: 'ResponseError', statusCode: 429, body: 'slow down' }, 'refused', 429, 'http_429'],
  ['a gateway error', { name: 'ResponseError', statusCode: 503, body: '<html>' }, 'unreachable', 503, 'http_503'],
];

for (const [name, error, scope, status, type] of FAILURES) {
  test(`${name} is a fault of the destination: ${scope}`, () => {
    const fault = describeFailure(error);
    assert.deepEqual([fault.scope, fault.status, fault.type], [scope, status, type]);
  });
}
