// A person with a browser that needs no screen: keeps cookies, fills in our forms over plain HTTP, says where it comes from.
import { form, send } from './wire.mjs';

const unescape = (html) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll(/&#34;|&quot;/g, '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

export class Person {
  constructor(origin, { email, password, host }) {
    Object.assign(this, { origin, email, password, host });
    this.cookies = new Map();
  }
  async go(method, url, headers, body) {
    const all = { ...headers };
    if (this.host) all.host = this.host;
    if (this.cookies.size) all.cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await send(method, new URL(url, this.origin).href, { headers: all, body });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
      if (value) this.cookies.set(name, value); else this.cookies.delete(name);
    }
    return answer;
  }
  /// Sent here by another site, as a client's link does it.
  open(url) { return this.go('GET', url, { 'sec-fetch-site': 'cross-site' }); }
  /// Sends the form of a page that leads to this path.
  submit(page, path, fields) {
    for (const [, action, inside] of page.text.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)) {
      const to = unescape(action);
      if (to !== path && !to.startsWith(`${path}?`)) continue;
      const hidden = Object.fromEntries([...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
        .map(([, name, value]) => [name, unescape(value)]));
      return this.go('POST', to, { 'sec-fetch-site': 'same-origin', origin: 'null', 'content-type': 'application/x-www-form-urlencoded' },
        form({ ...hidden, ...fields }));
    }
    throw new Error(`there is no form for ${path}: ${page}`);
  }
  /// With nothing under way.
  async signIn() {
    const page = await this.go('GET', '/login', { 'sec-fetch-site': 'none' });
    (await this.submit(page, '/login', { email: this.email, password: this.password })).expect(303);
  }
  /// The consent page for this authorization URL, after signing in if that is asked for.
  async consentPage(url) {
    let page = await this.open(url);
    if (page.text.includes('name="password"')) {
      const welcome = (await this.submit(page, '/login', { email: this.email, password: this.password })).expect(303);
      page = await this.go('GET', welcome.location, { 'sec-fetch-site': 'same-origin' });
    }
    return page;
  }
  async decide(page, decision = 'allow') { return this.submit(page.expect(200), '/consent', { decision }); }
  /// Types the code of a device and decides.
  async device({ verification_uri, user_code }, decision) {
    const page = await this.go('GET', verification_uri, { 'sec-fetch-site': 'none' });
    const ask = (await this.submit(page.expect(200), '/device', { user_code })).expect(200);
    return (await this.submit(ask, '/device/decision', { decision })).expect(200);
  }
  /// Ends what was allowed to anybody; how many that were.
  async end() {
    let page = (await this.go('GET', '/account', { 'sec-fetch-site': 'none' })).expect(200);
    let ended = 0;
    for (; page.text.includes('action="/account/agents"'); ended++) {
      (await this.submit(page, '/account/agents', {})).expect(200, 303);
      page = (await this.go('GET', '/account', { 'sec-fetch-site': 'same-origin' })).expect(200);
    }
    return ended;
  }
  /// Signs in at a provider that is a deployment of ours, and comes back from there.
  async atProvider(url) {
    this.there ??= new Person(new URL(url).origin, { email: this.email, password: this.password });
    const page = await this.there.consentPage(url);
    const answer = page.status === 303 ? page : (await this.there.decide(page)).expect(303);
    return (await this.open(answer.location)).expect(303);
  }
  /// Says yes to everything; where the browser is sent then, and what was read on the way.
  async allow(url) {
    const page = await this.consentPage(url);
    let answer = (await this.decide(page)).expect(303);
    if (new URL(answer.location).searchParams.get('redirect_uri') === `${this.origin}/login/callback`) answer = await this.atProvider(answer.location);
    return { back: new URL(answer.location), text: unescape(page.text.replaceAll(/<[^>]*>/g, ' ')) };
  }
}
