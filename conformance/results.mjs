// What the suite found, judged against the list of expected failures by the suite's own rules: what is listed must go wrong, what is not
// listed must not, and a warning counts like a failure. On top of that, an entry that nothing matches is an error, and a scenario in which
// nothing was judged is not called a pass.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/// The entries under a key of the list: a line is `  - scenario` or `  - scenario:check`, with a comment perhaps.
export function entries(text, key) {
  const section = new RegExp(`^${key}:$(.*?)(?=^\\S+:$|$(?![^]))`, 'ms').exec(text)?.[1] ?? '';
  return new Set(section.split('\n').flatMap((line) => /^ *- +([^\s#]+) *(#.*)?$/.exec(line)?.[1] ?? []));
}

/// The checks of every scenario that the suite wrote into a folder. One that it gave up has none.
export function scenarios(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'checks.json'))).map((name) => ({
    scenario: name.replace(/^(server|authorization-server)-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ''),
    checks: JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')),
  }));
}

/// The client scenarios of a revision, or the extensions, out of what the suite lists: `  - name [2025-11-25,2026-07-28]`.
export function clientScenarios(listed, part) {
  return [...listed.matchAll(/^ *- (\S+) \[([^\]]+)\]/gm)].filter(([, , parts]) => parts.split(',').includes(part)).map(([, name]) => name);
}

const WORST_FIRST = ['FAILURE', 'WARNING', 'SUCCESS', 'INFO', 'SKIPPED'];

/// One scenario: `passed`, `expected` to fail, `failed` or `unjudged`, with what was wrong (`wrong`) and the entries that are out of date (`stale`).
export function judge({ scenario, checks }, expected, hollow = new Set()) {
  const worst = new Map();
  for (const check of checks) {
    const known = worst.get(check.id);
    if (!known || WORST_FIRST.indexOf(check.status) < WORST_FIRST.indexOf(known.status)) worst.set(check.id, check);
  }
  const wrong = [...worst.values()].filter(({ status }) => status === 'FAILURE' || status === 'WARNING').map((check) => {
    const entry = [scenario, `${scenario}:${check.id}`].find((each) => expected.has(each));
    return { check: check.id, status: check.status, message: check.errorMessage ?? check.description ?? '', entry };
  });
  const stale = [...expected].filter((entry) => entry === scenario ? wrong.length === 0
    : entry.startsWith(`${scenario}:`) && worst.get(entry.slice(scenario.length + 1))?.status === 'SUCCESS');
  const judged = !hollow.has(scenario) && [...worst.values()].some(({ id, status }) => status === 'SUCCESS' && id !== 'wire-schema-valid');
  const verdict = wrong.some(({ entry }) => !entry) ? 'failed' : wrong.length ? 'expected' : judged ? 'passed' : 'unjudged';
  return { scenario, verdict, wrong, stale };
}

/// A row of the table for people: one part of the run.
export function row(part, results) {
  const count = (verdict) => results.filter((each) => each.verdict === verdict).length;
  return `| ${part} | ${results.length} | ${count('passed')} | ${count('expected')} | ${count('unjudged')} | ${count('failed')} |`;
}

export const HEADING = '| | scenarios | passed | expected to fail | nothing judged | failed |\n|---|---|---|---|---|---|';
