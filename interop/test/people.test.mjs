// A person with a browser and its authenticator: a passkey is added and signs in, an authenticator app is set up and asked for, all in a
// real Chromium with the server's own Content Security Policy.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { open } from '../browser.mjs';
import { start } from '../deployment.mjs';

const person = { email: 'admin@instainstru.example', password: 'front-door-demo' };
let deployment, chromium, page, errors, base;

before(async () => {
  // browsers have no passkeys for addresses that are numbers
  deployment = await start('systems/admin-copilot/identity-provider');
  base = new URL(deployment.endpoint).origin;
  chromium = await open();
  const context = await chromium.newContext();
  page = await context.newPage();
  errors = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(String(error)));
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true,
    hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
});

after(async () => {
  await chromium?.close();
  await deployment?.stop();
});

async function signIn() {
  await page.fill('#email', person.email);
  await page.fill('#password', person.password);
  await page.click('form:has(#password) button.primary');
  await page.waitForLoadState();
}

async function signOut() {
  await page.goto(`${base}/account`);
  await page.click('text=Sign out');
  await page.waitForSelector('#password');
}

/// RFC 6238, as an app makes it from the key that stands on the page.
function code(base32, stepsOff = 0) {
  const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsOff));
  const hash = createHmac('sha1', key).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('a passkey is added on the account page and signs in', async () => {
  await page.goto(`${base}/login`);
  await signIn();
  await page.fill('#name', 'My laptop');
  await page.click('text=Add a passkey');
  await page.waitForSelector('strong:has-text("My laptop")');
  await signOut();
  await page.click('text=Sign in with a passkey');
  await page.waitForSelector('main:has-text("by passkey")');  // the sign-in page may stand at the same address
  assert.deepEqual(errors, []);
});

test('an authenticator app is set up and asked for after the password', async () => {
  await page.click('text=Set up an authenticator app');
  const key = (await page.locator('code').innerText()).replaceAll(' ', '');
  await page.fill('#code', code(key));
  await page.click('text=Turn it on');
  assert.equal(await page.locator('.codes code').count(), 10);
  await page.click('text=I have kept them');
  await signOut();
  await signIn();
  assert.match(await page.locator('h1').innerText(), /One more step/);
  await page.fill('#code', code(key, 1));
  await page.click('text=Go on');
  await page.waitForSelector('main:has-text("Your account")');
  assert.deepEqual(errors, []);
});

test('no page is wider than a small phone, in either colour', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/account', '/device', '/authorize']) {
      await page.goto(base + path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} in ${colorScheme}`);
    }
  }
});
