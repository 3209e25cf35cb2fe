// Public OpenAPI documents against `doorwarden openapi inspect`: every operation becomes a tool that the strictest clients take, or has
// its reason. Nothing of Doorwarden's own is used to judge: the operations are counted and the tools are read here.
//
// node openapi.mjs --every N --only NAME FOLDER COMMAND...   every Nth of the folder's small JSON and YAML files and all that are large or well
// known, whose path contains NAME; the command that inspects, such as ./doorwarden openapi inspect

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import fs from 'node:fs';
import path from 'node:path';

const [, every, , only, folder, command, ...before] = process.argv.slice(2);
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];
const AT_ONCE = 150;
const MOST_BYTES = 16 * 1024 * 1024;
// Never left out; of the packages with many versions of one document, the newest.
const KNOWN = /octokit.*api\.github\.com\.json$|swagger-1\.13\.json$|\/(stripe|spotify|digitalocean|slack|box|kubernetes|trello)[\w.]*\.com\.json$/;
const OTHERS = /_octokit|kubernetes-client/;

function documents(below) {
  return fs.readdirSync(below, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const at = path.join(below, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : documents(at);
    return /\.(json|ya?ml)$/.test(entry.name) && entry.name !== 'package.json' ? [at] : [];
  });
}

// Of a JSON document; null when it is YAML, none at all, or too large.
function operationsIn(file) {
  if (!file.endsWith('.json') || fs.statSync(file).size > MOST_BYTES) return null;
  const root = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (root.swagger !== '2.0' && !/^3\.[01](\.|$)/.test(root.openapi ?? '')) return null;
  const all = new Set();
  for (const [at, item] of Object.entries(root.paths ?? {})) {
    if (at.startsWith('x-')) continue;
    for (const method of METHODS) {
      if (item && typeof item[method] === 'object' && item[method] !== null) all.add(`${method.toUpperCase()} ${at}`);
    }
  }
  return all;
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// What the strictest clients refuse, wherever it stands in a schema.
function* faults(schema, where) {
  if (!isObject(schema)) return;
  for (const keyword of ['$ref', '$defs', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'nullable', 'discriminator', 'xml', 'example',
    'externalDocs', 'readOnly', 'writeOnly', 'collectionFormat']) {
    if (keyword in schema) yield `${where} has ${keyword}`;
  }
  for (const keyword of Object.keys(schema)) if (keyword.startsWith('x-')) yield `${where} has ${keyword}`;
  const types = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  for (const type of types) {
    if (!['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'].includes(type)) yield `${where} has the type ${type}`;
  }
  if (new Set(types).size !== types.length) yield `${where} has a type twice`;
  if (types.includes('array') && !isObject(schema.items)) yield `${where} is a list without items`;
  if ('enum' in schema && (!Array.isArray(schema.enum) || schema.enum.length === 0)) yield `${where} has no values to choose from`;
  for (const name of schema.required ?? []) if (!(name in (schema.properties ?? {}))) yield `${where} requires ${name}, which is not described`;
  if (schema.required && new Set(schema.required).size !== schema.required.length) yield `${where} requires a property twice`;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) yield `${where} has the property ${name}`;
    if (!isObject(property)) yield `${where}.${name} is no schema`;
    yield* faults(property, `${where}.${name}`);
  }
  yield* faults(schema.items, `${where}[]`);
  yield* faults(schema.additionalProperties, `${where}.*`);
}

function* faultsOf(tool) {
  if (!/^[a-zA-Z0-9_-]{1,45}$/.test(tool.name)) yield `the name ${tool.name}`;
  if (!tool.description?.trim()) yield 'no description';
  if (tool.inputSchema?.type !== 'object' || tool.inputSchema.additionalProperties !== false) yield 'the arguments are no plain object';
  yield* faults(tool.inputSchema, 'arguments');
  if (tool.outputSchema && tool.outputSchema.type !== 'object') yield 'the answer is no object';
  yield* faults(tool.outputSchema, 'answer');
}

async function inspect(files, seen) {
  const child = spawn(command, [...before, '--json', ...files], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => { said += chunk; });
  for await (const line of createInterface({ input: child.stdout })) seen(JSON.parse(line));
  await new Promise((resolve) => child.on('close', resolve));
  return said.split('\n').filter(Boolean);
}

const files = documents(folder).filter((file) => path.relative(folder, file).includes(only))
  .filter((file, i) => KNOWN.test(file) || every === '1' || (!OTHERS.test(file) && i % Number(every) === 0));
if (files.length === 0) {
  console.error(`openapi: there are no documents in ${folder}`);
  process.exit(1);
}
let passed = 0;
const failed = [];
const total = { documents: 0, refused: 0, tools: 0, skipped: 0, tokens: 0 };
const reasons = new Map();
for (let i = 0; i < files.length; i += AT_ONCE) {
  const batch = files.slice(i, i + AT_ONCE);
  const found = new Map(batch.map((file) => [file, { operations: [], names: new Set(), problems: [], done: false }]));
  const said = await inspect(batch, (line) => {
    const one = found.get(line.document);
    if (line.tool) {
      one.operations.push(line.operation);
      if (one.names.has(line.tool.name)) one.problems.push(`two tools are called ${line.tool.name}`);
      one.names.add(line.tool.name);
      for (const fault of faultsOf(line.tool)) one.problems.push(`${line.operation}: ${fault}`);
      total.tools++;
      total.tokens += line.tokens;
    } else if (line.skipped !== undefined) {
      one.operations.push(line.operation);
      if (!line.skipped) one.problems.push(`${line.operation} is skipped without a reason`);
      const kind = line.skipped.replace(/parameter .*?,/, 'parameter …,').replace(/\{.*?\}/g, '{…}').replace(/file \S+,/, 'file …,')
        .replace(/body is .*?, and/, 'body is …, and').slice(0, 110);
      reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
      total.skipped++;
    } else one.done = true;
  });
  for (const [file, one] of found) {
    const name = path.relative(folder, file);
    const refused = said.filter((line) => line.startsWith(`${file}: `)).map((line) => line.slice(file.length + 2));
    const expected = operationsIn(file);
    if (one.done && expected) {
      const missing = [...expected].filter((operation) => !one.operations.includes(operation));
      if (missing.length) one.problems.push(`${missing.length} operations are lost, such as ${missing[0]}`);
    }
    if (!one.done && expected) one.problems.push(`is not read: ${refused[0] ?? said.slice(-3).join(' ')}`);
    if (one.done) total.documents++;
    else total.refused++;
    if (one.problems.length) failed.push(...one.problems.slice(0, 5).map((problem) => `${name}: ${problem}`));
    else passed++;
  }
  console.log(`  ${Math.min(i + AT_ONCE, files.length)} of ${files.length} files`);
}
for (const line of failed.slice(0, 60)) console.log(`FAILED ${line}`);
console.log(`${total.documents} documents, ${total.tools} tools of about ${total.tokens} tokens, ${total.skipped} operations skipped; ${
  total.refused} files are none or too large.`);
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 25)) console.log(`  ${String(count).padStart(6)}  ${reason}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length ? 1 : 0);
