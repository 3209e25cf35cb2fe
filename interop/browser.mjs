// A person with a browser: opens the authorization URL in a real Chromium, signs in, reads the consent page, decides.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((path) => path && existsSync(path));

export async function open() {
  if (!executable) throw new Error('No Chromium found. Install it, or name it in the environment variable CHROMIUM.');
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/// Goes through sign-in (when it is asked for) and consent; what the consent page said. Where people sign in at a provider, both come there
/// after that. `shots` is a folder for pictures.
export async function allow(context, url, person, { decision = 'allow', shots } = {}) {
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  await page.goto(String(url));
  if (await page.locator('input[name=password]').count()) {
    if (shots) await page.screenshot({ path: `${shots}/login.png` });
    await page.fill('input[name=email]', person.email);
    await page.fill('input[name=password]', person.password);
    await page.locator('form:has(input[name=password]) button[type=submit]').first().click();
    await page.waitForLoadState();
  }
  const consent = await page.locator('main').innerText();
  if (shots) await page.screenshot({ path: `${shots}/consent.png` });
  await page.locator(`button[name=decision][value=${decision}]`).click();
  await page.waitForLoadState();
  if (decision === 'allow') await atProvider(page, person);
  const after = { url: page.url(), text: await page.locator('body').innerText() };
  await page.close();
  return { consent, errors, after };
}

/// Signs in at a provider that is a deployment of ours, and lets the server in front of it know who that is.
async function atProvider(page, person) {
  while (await page.locator('input[name=password], button[name=decision]').count()) {
    if (await page.locator('input[name=password]').count()) {
      await page.fill('input[name=email]', person.email);
      await page.fill('input[name=password]', person.password);
      await page.locator('form:has(input[name=password]) button[type=submit]').first().click();
    } else {
      await page.locator('button[name=decision][value=allow]').click();
    }
    await page.waitForLoadState();
  }
}
