import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { clientScenarios, entries, judge, row } from './results.mjs';

const check = (id, status) => ({ id, status, errorMessage: `${id} went ${status}` });
const verdict = (checks, expected = [], hollow = []) => judge({ scenario: 's', checks }, new Set(expected), new Set(hollow));

test('a list is read by its keys, comments aside', () => {
  const text = '# - no\nserver:\n\n  # why\n  - a\n  - b:c   # because - of this\nhollow:\n  - d\n';
  assert.deepEqual([...entries(text, 'server')], ['a', 'b:c']);
  assert.deepEqual([...entries(text, 'hollow')], ['d']);
  assert.deepEqual([...entries(text, 'client')], []);
  const real = readFileSync(new URL('expected-failures.yml', import.meta.url), 'utf8');
  const lines = real.split('\n').filter((line) => line.startsWith('  - '));
  assert.equal(['server', 'client', 'hollow'].reduce((sum, key) => sum + entries(real, key).size, 0), lines.length);
});

test('the scenarios of a client are told from the list', () => {
  const text = 'Client scenarios (test against a client):\n  - initialize [2025-06-18,2025-11-25]\n  - auth/dpop [extension]\n';
  assert.deepEqual(clientScenarios(text, '2025-11-25'), ['initialize']);
  assert.deepEqual(clientScenarios(text, 'extension'), ['auth/dpop']);
});

test('what is not listed must not go wrong, a warning included', () => {
  for (const status of ['FAILURE', 'WARNING']) {
    assert.equal(verdict([check('x', 'SUCCESS'), check('y', status)]).verdict, 'failed');
    assert.equal(verdict([check('x', status), check('y', status)], ['s:x']).verdict, 'failed');
    assert.equal(verdict([check('x', 'SUCCESS'), check('x', status)]).wrong[0].message, `x went ${status}`);
  }
});

test('what is listed may go wrong, and must', () => {
  for (const entry of ['s', 's:y']) {
    const failing = verdict([check('x', 'SUCCESS'), check('y', 'FAILURE')], [entry, 'other']);
    assert.deepEqual([failing.verdict, failing.wrong[0].entry, failing.stale], ['expected', entry, []]);
    assert.deepEqual(verdict([check('x', 'SUCCESS'), check('y', 'SUCCESS')], [entry, 'other']).stale, [entry]);
  }
  assert.deepEqual(verdict([check('x', 'SUCCESS'), check('y', 'SKIPPED')], ['s:y', 's:z']).stale, []);
});

test('nothing judged is no pass', () => {
  assert.equal(verdict([check('x', 'SUCCESS')]).verdict, 'passed');
  assert.equal(verdict([check('x', 'SUCCESS')], [], ['s']).verdict, 'unjudged');
  for (const checks of [[], [check('x', 'INFO')], [check('x', 'SKIPPED'), check('wire-schema-valid', 'SUCCESS')]]) {
    assert.equal(verdict(checks).verdict, 'unjudged');
  }
});

test('a row counts each scenario once', () => {
  const results = ['passed', 'passed', 'expected', 'unjudged', 'failed'].map((each) => ({ verdict: each }));
  assert.equal(row('2026-07-28', results), '| 2026-07-28 | 5 | 2 | 1 | 1 | 1 |');
});
