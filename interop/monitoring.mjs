// The monitoring tools of systems/admin-copilot against a real Prometheus and a real Alertmanager, started by scripts/interop --monitoring.
// Both come from Debian's packages, unpacked into ~/.cache/doorwarden/interop when they are not installed. The Prometheus scrapes the marketplace
// of the deployment with the rules of systems/admin-copilot/monitoring. Everything is on 127.0.0.1 and ends with this program.
// MONITORING_RECORD=1 also writes what the two answered to recorded.json of the backend, which plays it where nobody has such servers.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as modern from '@modelcontextprotocol/client';
import { allow, open } from './browser.mjs';
import { freePort, start } from './deployment.mjs';
import { Provider } from './provider.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const system = resolve(here, '../systems/admin-copilot');
const record = Boolean(process.env.MONITORING_RECORD);
const person = { email: 'admin@instainstru.example', password: 'front-door-demo' };
const SCRAPE = '2s';
const PATIENCE = 60_000;          // milliseconds until an alert of the rules fires
const TRAFFIC = record ? 150_000 : 12_000;
const heard = { prometheus: {}, alertmanager: {} };
const ends = [];
let deployment, client, chromium, versions;

/// The program of that name: installed, or out of its package.
function program(name, of) {
  for (const path of [`/usr/bin/${name}`, `/usr/local/bin/${name}`]) if (existsSync(path)) return path;
  const folder = join(homedir(), '.cache/doorwarden/interop/monitoring');
  const path = join(folder, 'usr/bin', name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('apt-get', ['download', of], { cwd: folder, stdio: 'inherit' });
    const file = readdirSync(folder).find((each) => each.startsWith(`${of}_`) && each.endsWith('.deb'));
    execFileSync('dpkg', ['-x', file, '.'], { cwd: folder });
  }
  // Debian's Alertmanager looks for its templates there and nowhere else; the package would have put them there
  const templates = 'usr/share/prometheus/alertmanager';
  if (of === 'prometheus-alertmanager') {
    mkdirSync(`/${templates}`, { recursive: true });
    for (const file of ['default.tmpl', 'email.tmpl']) {
      if (!existsSync(`/${templates}/${file}`)) copyFileSync(join(folder, templates, file), `/${templates}/${file}`);
    }
  }
  return path;
}

function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => { errors = (errors + data).slice(-4000); });
  const exited = new Promise((done) => child.on('exit', done));
  ends.push(async () => { child.kill('SIGTERM'); await exited; });
  return () => errors;
}

async function eventually(what, check) {
  const until = Date.now() + PATIENCE;
  let last;
  while (Date.now() < until) {
    last = await check().catch((error) => error.message);
    if (last === true) return;
    await new Promise((done) => setTimeout(done, 300));
  }
  assert.fail(`${what} did not come: ${JSON.stringify(last)}`);
}

/// Passes everything on to a server, and keeps what it answered to a GET.
async function listener(name, target) {
  const server = createServer(async (request, response) => {
    const body = await new Promise((done) => { const all = []; request.on('data', (d) => all.push(d)); request.on('end', () => done(Buffer.concat(all))); });
    const answer = await fetch(new URL(request.url, target), {
      method: request.method, headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      body: request.method === 'GET' ? undefined : body,
    });
    const text = await answer.text();
    const url = new URL(request.url, target);
    if (request.method === 'GET' && answer.ok) heard[name][url.searchParams.get('query') ?? url.pathname] = JSON.parse(text);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  ends.push(() => new Promise((done) => { server.closeAllConnections(); server.close(done); }));
  return `http://127.0.0.1:${server.address().port}`;
}

async function call(name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
  return result.structuredContent ?? JSON.parse(result.content[0].text);
}

async function signedIn() {
  const context = await chromium.newContext();
  const provider = await Provider.listen((url) => allow(context, url, person), { name: 'Interop monitoring' });
  const endpoint = `${new URL(deployment.endpoint).origin}/mcp/operations`;
  const fresh = () => [new modern.Client({ name: 'interop-monitoring', version: '1' }, { versionNegotiation: { mode: 'legacy' } }),
    new modern.StreamableHTTPClientTransport(new URL(endpoint), { authProvider: provider })];
  let [some, transport] = fresh();
  try {
    await some.connect(transport);
    await some.callTool({ name: 'instainstru_jobs_depth', arguments: {} });
    assert.fail('a tool was called without signing in');
  } catch (error) {
    if (!(error instanceof modern.UnauthorizedError)) throw error;
  }
  await transport.finishAuth(provider.answer);
  ends.push(async () => { provider.close(); await context.close(); });
  [some, transport] = fresh();
  await some.connect(transport);
  return some;
}

/// What a day brings: answers, refusals, strangers.
async function traffic(api, milliseconds) {
  const paths = ['instructors?limit=5', 'founding/funnel-summary', 'search/top-queries', 'bookings?limit=20', 'payments?limit=20', 'tickets',
    'instructors/nobody@example.com', 'metrics/gmv', 'metrics/luck', 'jobs/depth'];
  for (const until = Date.now() + milliseconds; Date.now() < until;) {
    for (const path of paths) {
      await (await fetch(`${api}/api/v1/admin/mcp/${path}`, { headers: { authorization: 'Bearer interop' } })).arrayBuffer();
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

before(async () => {
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const urls = { prometheus: `http://127.0.0.1:${ports.prometheus}`, alertmanager: `http://127.0.0.1:${ports.alertmanager}` };
  deployment = await start('systems/admin-copilot', { env: { MCP_SERVICE_TOKEN: 'interop',
    PROMETHEUS_URL: await listener('prometheus', urls.prometheus), ALERTMANAGER_URL: await listener('alertmanager', urls.alertmanager) } });
  ends.push(async () => assert.equal(await deployment.stop(), 0, 'SIGTERM ends with exit code 0'));
  const api = readFileSync(join(deployment.state, 'marketplace.running'), 'utf8').trim().split(' ')[2];

  const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
  ends.push(async () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'alertmanager.yml'), 'route: {receiver: nobody, group_wait: 1s}\nreceivers: [{name: nobody}]\n');
  writeFileSync(join(folder, 'prometheus.yml'), [`global: {scrape_interval: ${SCRAPE}, evaluation_interval: ${SCRAPE}}`,
    `rule_files: [${join(system, 'monitoring/alerts.yml')}]`,
    `alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:${ports.alertmanager}']}]}]}`,
    `scrape_configs: [{job_name: marketplace, static_configs: [{targets: ['${new URL(api).host}']}]}]`].join('\n'));
  const prometheus = program('prometheus', 'prometheus'), alertmanager = program('prometheus-alertmanager', 'prometheus-alertmanager');
  const ofAlertmanager = run(alertmanager, [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'am')}`,
    `--web.listen-address=127.0.0.1:${ports.alertmanager}`, '--cluster.listen-address=']);
  const ofPrometheus = run(prometheus, [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${ports.prometheus}`, '--web.external-url=http://prometheus.example:9090/']);
  const said = () => ofAlertmanager() + ofPrometheus();
  for (const url of Object.values(urls)) {
    await eventually(url, async () => (await fetch(`${url}/-/ready`)).ok || 'not ready').catch((error) => assert.fail(`${error.message}\n${said()}`));
  }
  versions = {
    prometheus: (await (await fetch(`${urls.prometheus}/api/v1/status/buildinfo`)).json()).data.version,
    alertmanager: (await (await fetch(`${urls.alertmanager}/api/v2/status`)).json()).versionInfo.version,
  };
  chromium = await open();
  ends.push(() => chromium.close());
  client = await signedIn();
  await traffic(api, TRAFFIC);
});

after(async () => {
  for (const end of ends.reverse()) await end();
});

test('latency comes out of the histogram that was scraped', async () => {
  for (const window of ['5m', '15m', '1h', '6h', '24h']) {
    let found;
    await eventually(`latency over ${window}`, async () => {
      found = await call('instainstru_latency_percentiles', { window });
      return found.routes.length >= 8 || found;
    });
    assert.equal(found.warnings, undefined, 'a real one has nothing to warn of');
    const instructors = found.routes.find((each) => each.route === '/api/v1/admin/mcp/instructors');
    assert.ok(instructors.p50_ms > 0 && instructors.p50_ms <= instructors.p95_ms && instructors.p95_ms <= instructors.p99_ms, JSON.stringify(instructors));
  }
});

test('the error rate counts what was refused and what failed', async () => {
  for (const window of ['5m', '15m', '1h', '6h', '24h']) {
    const found = await call('instainstru_error_rate', { window });
    assert.ok(found.requests > 30, JSON.stringify(found));
    assert.ok(found.refused_share > 0.1 && found.refused_share < 0.3, JSON.stringify(found));
    assert.equal(found.failed_share, 0);
    assert.equal(found.routes.find((each) => each.route.endsWith('instructors/{identifier}')).refused_share, 1);
  }
});

test('nobody writes PromQL', async () => {
  for (const args of [{ window: '5m]) or up' }, { query: 'up' }]) {
    const refused = await client.callTool({ name: 'instainstru_error_rate', arguments: args }).catch((error) => ({ isError: true, error }));
    assert.ok(refused.isError, JSON.stringify(refused));
  }
  assert.ok(!Object.keys(heard.prometheus).some((query) => query.includes('up')), Object.keys(heard.prometheus).join('\n'));
});

test('an alert of the rules fires, is silenced once a person has confirmed it, and says by whom', async () => {
  const wanted = (alerts) => alerts.find((each) => each.name === 'MarketplaceJobsFailed' && each.labels.kind === 'ticket_reply');
  await eventually('the alert', async () => {
    const { alerts } = await call('instainstru_alerts_firing');
    return (wanted(alerts)?.state === 'active' && (!record || alerts.some((each) => each.name === 'MarketplaceManyRefusals'))) || alerts;
  });
  const args = { alert: 'MarketplaceJobsFailed', labels: ['kind=ticket_reply'], minutes: 30, reason: 'The mail provider knows of it.' };
  const refused = await client.callTool({ name: 'instainstru_alerts_silence', arguments: { ...args, minutes: 100_000 } });
  assert.ok(refused.isError, 'longer than a day');
  const preview = (await client.callTool({ name: 'instainstru_alerts_silence', arguments: args })).content[0].text;
  assert.match(preview, /Nothing was done yet/);
  assert.deepEqual((await call('instainstru_alerts_silences')).silences, [], 'a preview silences nothing');
  const confirmation = preview.slice(preview.lastIndexOf(' ') + 1);
  const { silence } = await call('instainstru_alerts_silence', { ...args, confirmation });
  const [made] = (await call('instainstru_alerts_silences')).silences;
  assert.deepEqual([made.id, made.by, made.reason, made.state], [silence, person.email, args.reason, 'active']);
  assert.deepEqual(made.matchers.sort(), ['alertname=MarketplaceJobsFailed', 'kind=ticket_reply']);
  const minutes = (Date.parse(made.until) - Date.parse(made.from)) / 60_000;
  assert.ok(Math.abs(minutes - 30) < 0.1, `${minutes} minutes`);
  const before = JSON.stringify(heard.alertmanager['/api/v2/alerts']);
  await eventually('the silence', async () => wanted((await call('instainstru_alerts_firing')).alerts)?.state === 'suppressed');
  heard.alertmanager['/api/v2/alerts'] = JSON.parse(before);
});

test('versions', () => {
  console.log(`# Prometheus ${versions.prometheus}, Alertmanager ${versions.alertmanager}`);
  if (!record) return;
  const dashboard = JSON.parse(readFileSync(join(system, 'monitoring/dashboard.json'), 'utf8'));
  const at = new Date().toISOString();
  const about = { uid: dashboard.uid, title: dashboard.title, tags: dashboard.tags, url: `/d/${dashboard.uid}/marketplace-api`, folderTitle: 'General' };
  const made = {
    recorded_at: at,
    from: `Prometheus ${versions.prometheus} and Alertmanager ${versions.alertmanager}; Grafana's are made by hand after its documented HTTP API`,
    prometheus: heard.prometheus,
    alertmanager: { '/api/v2/alerts': heard.alertmanager['/api/v2/alerts'] },
    grafana: {
      '/api/search': [{ id: 1, uid: about.uid, title: about.title, uri: 'db/marketplace-api', url: about.url, slug: '', type: 'dash-db', tags: about.tags,
        isStarred: false, folderTitle: about.folderTitle, sortMeta: 0 }],
      [`/api/dashboards/uid/${dashboard.uid}`]: { meta: { type: 'db', isStarred: false, url: about.url, slug: 'marketplace-api', version: 1,
        created: at, updated: at, createdBy: 'admin', updatedBy: 'admin', folderTitle: about.folderTitle }, dashboard: { id: 1, version: 1, ...dashboard } },
    },
  };
  writeFileSync(join(system, 'backend/src/main/resources/io/github/doorwarden/systems/monitoring/recorded.json'), `${JSON.stringify(made, null, 1)}\n`);
});
