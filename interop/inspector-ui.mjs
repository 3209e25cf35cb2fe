// MCP Inspector's web interface, as a person uses it: this program is the person, in a real Chromium. Adds a server, signs in at it or brings a
// bearer token, looks at the lists, calls tools, reads resources, fills in prompts, disconnects and comes back; what it hands back is what the
// Inspector shows of the exchange in its "Protocol" column.
//
//   node interop/inspector-ui.mjs URL --person EMAIL --password P --tool NAME='{json}' … --pictures FOLDER
//
// --tool may be given several times; --resource URI and --prompt NAME='{json}' too. Instead of a person: --bearer TOKEN. --client ID is one that
// is registered before, with the Inspector's address: http://127.0.0.1:6274/oauth/callback, unless --port says another. --era legacy|auto|modern. INSPECTOR_PASSWORD and
// INSPECTOR_BEARER of the environment do as well as the options. Prints one line of JSON for each thing it did; README.md says more.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open } from './browser.mjs';
import { freePort } from './deployment.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const launcher = join(here, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const PATIENCE = 30_000;          // milliseconds for one thing that a person waits for
const SIZE = { width: 1100, height: 900 };
const ERAS = { legacy: 'Legacy', auto: 'Auto', modern: 'Modern' };

export class Inspector {
  #process; #browser; #page; #home; #address; #pictures; #person; #server;

  /// How often its person has signed in or allowed more.
  signIns = 0;

  /// Starts the Inspector in a home of its own, on loopback, and opens it. `port` as in a client's registration; without it, a free one.
  static async start({ port, pictures } = {}) {
    const inspector = new Inspector();
    try {
      return await inspector.#begin(port ?? await freePort(), pictures);
    } catch (error) {
      await inspector.close();
      throw error;
    }
  }

  async #begin(port, pictures) {
    this.#pictures = pictures;
    if (pictures) mkdirSync(pictures, { recursive: true });
    this.#home = mkdtempSync(join(tmpdir(), 'inspector-'));
    const catalog = join(this.#home, 'mcp.json');
    writeFileSync(catalog, '{"mcpServers": {}}');
    this.#process = spawn(process.execPath, [launcher, '--web', '--catalog', catalog], { cwd: this.#home, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: this.#home, HOST: '127.0.0.1', CLIENT_PORT: String(port), MCP_SANDBOX_PORT: String(await freePort()),
        MCP_STORAGE_DIR: this.#home, MCP_INSPECTOR_SECRET_STORE: 'memory', MCP_AUTO_OPEN_ENABLED: 'false' } });
    const address = await this.#printed(/http:\/\/\S+API_TOKEN=\S+/, port);
    this.#address = new URL(address).origin;
    this.#browser = await open();
    const context = await this.#browser.newContext({ viewport: SIZE });
    await context.route((url) => !['127.0.0.1', 'localhost'].includes(url.hostname), (route) => route.abort());   // its fonts
    this.#page = await context.newPage();
    this.#page.setDefaultTimeout(PATIENCE);
    await this.#page.goto(address);
    return this;
  }

  #printed(pattern, port) {
    return new Promise((done, fail) => {
      let said = '';
      const timer = setTimeout(() => fail(new Error(`the Inspector did not say where it is:\n${said}`)), PATIENCE);
      const hear = (data) => {
        said += data;
        const found = pattern.exec(said);
        if (found) { clearTimeout(timer); done(found[0]); }
      };
      this.#process.stdout.on('data', hear);
      this.#process.stderr.on('data', hear);
      this.#process.on('exit', (code) => { clearTimeout(timer); fail(new Error(`the Inspector ended with ${code} (is port ${port} taken?):\n${said}`)); });
    });
  }

  /// Adds the server and connects to it: as `person` ({ email, password }) who signs in when it is asked for, or with `bearer`, a token.
  /// `client` is the id of a registered client, without which the Inspector registers itself.
  async connect(url, { person, bearer, client, scopes, era = 'legacy', name = 'doorwarden' } = {}) {
    this.#person = person;
    this.#server = name;
    const page = this.#page;
    await page.getByRole('button', { name: 'Add Servers' }).click();
    await page.getByRole('menuitem', { name: 'Add manually' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add server' });
    await dialog.getByRole('textbox', { name: 'Server ID' }).fill(name);
    await dialog.getByRole('textbox', { name: 'Transport' }).click();
    await page.getByRole('option', { name: 'streamable-http' }).click();
    await dialog.getByRole('textbox', { name: 'URL' }).fill(String(url));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await this.#settle({ bearer, client, scopes, era });
    await this.reconnect();
  }

  async #settle({ bearer, client, scopes, era }) {
    if (!bearer && !client && !scopes && era === 'legacy') return;
    const page = this.#page;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Server Settings' });
    await dialog.getByRole('button', { name: 'Expand all' }).click();
    if (era !== 'legacy') {
      await dialog.getByRole('textbox', { name: 'Protocol Era' }).click();
      await page.getByRole('option', { name: new RegExp(`^${ERAS[era]}`) }).click();
    }
    if (client) await dialog.getByRole('textbox', { name: 'Client ID' }).fill(client);
    if (scopes) await dialog.getByRole('textbox', { name: 'Scopes' }).fill(scopes);
    if (bearer) {
      await dialog.getByRole('button', { name: '+ Add Header' }).click();
      const region = dialog.getByRole('region', { name: 'Custom Headers' });
      await region.getByRole('textbox').nth(0).fill('Authorization');
      await region.getByRole('textbox').nth(1).fill(`Bearer ${bearer}`);
    }
    await page.waitForTimeout(600);   // it keeps settings half a second after the last key, and says nowhere that it has
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /// Connects to the server that was added; its person signs in if need be.
  async reconnect() {
    const page = this.#page;
    await page.getByRole('switch', { name: `Connect or disconnect "${this.#server}"` }).click({ force: true });
    const asked = await this.#until(page.getByRole('button', { name: 'Disconnect from server' }).waitFor());
    if (!asked) await this.#monitor();
  }

  async disconnect() {
    const button = this.#page.getByRole('button', { name: 'Disconnect from server' });
    await button.click();
    await button.waitFor({ state: 'detached' });
    await this.#page.getByText('Disconnected', { exact: true }).waitFor();
  }

  /// The tools that the Inspector lists, as the server described them.
  async tools() {
    await this.#screen('Tools');
    return (await this.#result('tools/list')).tools;
  }

  /// Calls a tool with arguments; its result as the server sent it. Signs in when the call is refused for want of it, and calls again.
  async call(name, args = {}) {
    await this.#screen('Tools');
    const page = this.#page;
    await page.getByPlaceholder('Search tools...').fill(name);
    await page.locator('main').getByRole('button').filter({ has: page.getByText(name, { exact: true }) }).first().click();
    return this.#carryOut('tools/call', async () => {
      if (Object.keys(args).length) await this.#write(args);
      await page.getByRole('button', { name: 'Execute Tool' }).click();
    });
  }

  /// The arguments as JSON, which says more than fields can.
  async #write(args) {
    const page = this.#page;
    const toggle = page.getByRole('switch', { name: 'Edit as JSON' });
    if (!await toggle.isChecked()) await toggle.click({ force: true });
    await page.getByRole('textbox', { name: /^Arguments JSON/ }).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(JSON.stringify(args));
  }

  /// What a listed resource holds.
  async read(uri) {
    await this.#screen('Resources');
    const page = this.#page;
    const listed = (await this.#result('resources/list')).resources.find((resource) => resource.uri === uri);
    if (!listed) throw new Error(`the Inspector lists no resource ${uri}`);
    const button = page.locator('main').getByRole('button', { name: listed.title ?? listed.name, exact: true });
    return this.#carryOut('resources/read', () => button.first().click());
  }

  /// A prompt, filled in.
  async prompt(name, args = {}) {
    await this.#screen('Prompts');
    const page = this.#page;
    const listed = (await this.#result('prompts/list')).prompts.find((prompt) => prompt.name === name);
    if (!listed) throw new Error(`the Inspector lists no prompt ${name}`);
    return this.#carryOut('prompts/get', async () => {
      await page.getByPlaceholder('Search prompts...').fill(name);
      await page.locator('main').getByRole('button').filter({ has: page.getByText(listed.title ?? name, { exact: true }) }).first().click();
      for (const [argument, value] of Object.entries(args)) await page.getByPlaceholder(`Enter ${argument}...`).fill(value);
      if (listed.arguments?.length) await page.getByRole('button', { name: 'Get Prompt' }).click();
    });
  }

  /// Does something that ends in a request; the result of that. When signing in came between, it is done again.
  async #carryOut(method, action) {
    const before = (await this.#answers(method)).length;
    await action();
    const answered = this.#page.waitForFunction(answersTo, { method, more: before });
    if (await this.#until(answered)) return this.#carryOut(method, action);
    return this.#result(method);
  }

  /// Waits for what shall be seen; true when a sign-in came between, which is done then. Before it asks for more than it has, the Inspector
  /// asks its person itself.
  async #until(expected) {
    const page = this.#page;
    const more = page.getByRole('dialog', { name: 'Additional permissions required' });
    const away = page.waitForURL((url) => url.origin !== this.#address).then(() => 'away', () => undefined);
    const asks = more.waitFor().then(() => 'asks', () => new Promise(() => {}));
    const first = await Promise.race([away, asks, expected.then(() => 'seen', () => undefined)]);
    if (first === undefined) throw new Error(`the Inspector does not show what was expected; it shows:\n${await page.locator('body').innerText()}`);
    if (first === 'seen') return false;
    if (first === 'asks') {
      await this.picture('more');
      await more.getByRole('button', { name: 'Authorize' }).click();
      await page.waitForURL((url) => url.origin !== this.#address);
    }
    await this.#signIn();
    return true;
  }

  async #signIn() {
    const page = this.#page;
    if (!this.#person) throw new Error(`the server wants a sign-in at ${page.url()}, and nobody is there who could`);
    const allow = page.locator('button[name=decision][value=allow]');
    const password = page.locator('input[name=password]');
    const at = new URL(page.url()).origin;
    for (let pages = 0; new URL(page.url()).origin !== this.#address; pages++) {   // at our server, and at a provider behind it
      if (pages > 6) throw new Error(`the sign-in does not end; the last page is ${page.url()}`);
      await password.or(allow).first().waitFor();
      if (await password.count()) {
        await this.picture('sign-in');
        await page.fill('input[name=email]', this.#person.email);
        await password.fill(this.#person.password);
        await this.#leave(page.locator('form:has(input[name=password]) button[type=submit]').first());
      } else {
        const tenant = page.locator('select[name=tenant]');                        // of several organisations, the first
        if (await tenant.count()) await tenant.selectOption({ index: 1 });
        if (new URL(page.url()).origin === at) await this.picture('consent');     // ours, not the one of a provider behind us
        await this.#leave(allow);
      }
    }
    this.signIns++;
    await page.waitForURL((url) => url.origin === this.#address && url.pathname !== '/oauth/callback');
    await page.getByRole('button', { name: 'Disconnect from server' }).waitFor();
    await this.#monitor();
  }

  /// Presses a button that leads to another page, and waits for that.
  async #leave(button) {
    const before = this.#page.url();
    await button.click();
    await this.#page.waitForURL((url) => url.href !== before);
    await this.#page.waitForLoadState();
  }

  async #screen(name) {
    await this.#page.locator('header').getByText(name, { exact: true }).click();
  }

  /// The column with everything that went over the wire.
  async #monitor() {
    const screens = this.#page.getByRole('radiogroup', { name: 'Monitoring screen' });
    const opens = this.#page.getByRole('button', { name: 'Open monitoring sidebar' });
    await screens.or(opens).first().waitFor();
    if (await opens.count()) await opens.click();
    await screens.getByText('Protocol', { exact: true }).click();
  }

  async #answers(method) {
    return this.#page.evaluate(answersTo, { method });
  }

  /// What the newest answer to a method holds; an error of the protocol is thrown.
  async #result(method) {
    await this.#page.waitForFunction(answersTo, { method, more: 0 });
    const [{ result, error }] = await this.#answers(method);
    if (error) throw Object.assign(new Error(`${method} was answered with ${error.code}: ${error.message}`), error);
    return result;
  }

  /// A picture of the page into the folder, if there is one.
  async picture(name) {
    if (this.#pictures) await this.#page.screenshot({ path: resolve(this.#pictures, `${name}.png`), fullPage: name === 'consent' });
  }

  /// A picture of the Inspector's left side, with the whole list, without the column at its right that does not fit into it, and without messages that pass.
  async portrait(name) {
    if (!this.#pictures) return;
    const page = this.#page;
    for (const alert of await page.getByRole('alert').all()) await alert.getByRole('button').click().catch(() => {});
    await page.getByRole('button', { name: 'Close monitoring sidebar' }).click();
    await page.getByRole('button', { name: 'Open monitoring sidebar' }).waitFor();
    const search = page.getByPlaceholder('Search tools...');
    if (await search.count()) await search.fill('');
    await page.mouse.move(SIZE.width / 2, SIZE.height - 80);
    await page.evaluate(() => [document.scrollingElement, ...document.querySelectorAll('*')].forEach((element) => element.scrollTo(0, 0)));
    await page.waitForTimeout(800);   // what opens and closes in it takes a fifth of a second
    await this.picture(name);
    await this.#monitor();
  }

  async close() {
    await this.#browser?.close();
    if (this.#process && this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((done) => this.#process.on('exit', done));
      this.#process.kill('SIGTERM');
      await ended;
    }
    if (this.#home) rmSync(this.#home, { recursive: true, force: true });
  }
}

/// In the page: the answers to a method in the column "Protocol", the newest first, but for what was refused and will be sent again; with
/// `more`, whether there are more than that.
function answersTo({ method, more }) {
  const answers = [...document.querySelectorAll(`textarea[aria-label^="${method} response JSON"]`)]
    .map((field) => JSON.parse(field.closest('.ace_editor').env.editor.getValue()))
    .filter(({ error }) => ![401, 403].includes(error?.code));   // HTTP's, not JSON-RPC's: it goes to the sign-in page next
  return more === undefined ? answers : answers.length > more;
}

/// NAME='{json}'
function named(text) {
  const at = text.indexOf('=');
  return at < 0 ? [text, {}] : [text.slice(0, at), JSON.parse(text.slice(at + 1))];
}

async function main() {
  const { values, positionals: [url] } = parseArgs({ allowPositionals: true, options: {
    person: { type: 'string' }, password: { type: 'string', default: process.env.INSPECTOR_PASSWORD }, bearer: { type: 'string', default: process.env.INSPECTOR_BEARER },
    client: { type: 'string' }, scopes: { type: 'string' }, era: { type: 'string', default: 'legacy' }, port: { type: 'string' }, pictures: { type: 'string' },
    tool: { type: 'string', multiple: true, default: [] }, resource: { type: 'string', multiple: true, default: [] },
    prompt: { type: 'string', multiple: true, default: [] },
  } });
  const say = (line) => console.log(JSON.stringify(line));
  const person = values.person && { email: values.person, password: values.password };
  const inspector = await Inspector.start(values);
  try {
    await inspector.connect(url, { ...values, person });
    say({ connected: url, signedIn: inspector.signIns > 0 });
    say({ tools: (await inspector.tools()).map(({ name }) => name) });
    for (const uri of values.resource) say({ resource: uri, result: await inspector.read(uri) });
    for (const [name, args] of values.prompt.map(named)) say({ prompt: name, result: await inspector.prompt(name, args) });
    for (const [name, args] of values.tool.map(named)) say({ tool: name, result: await inspector.call(name, args) });
    await inspector.portrait('inspector');
    const before = inspector.signIns;
    await inspector.disconnect();
    await inspector.reconnect();
    say({ reconnected: url, signedIn: inspector.signIns > before, signIns: inspector.signIns });
  } finally {
    await inspector.close();
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
