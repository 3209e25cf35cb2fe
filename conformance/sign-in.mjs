// A person without a browser: opens the authorization URL, fills in the forms that come, and follows the answer to the client's callback.
// Cookies are kept and sent by hand: their __Host- prefix asks for a secure connection, and only browsers take loopback for one.

/// Where the answer went. Throws with what the page said when the authorization server refuses.
export async function signIn(url, person) {
  const jar = new Map();
  const home = new URL(url).origin;
  let next = { url: new URL(url) };
  for (let pages = 0; pages < 10; pages++) {
    const response = await fetch(next.url, {
      method: next.form ? 'POST' : 'GET', body: next.form, redirect: 'manual',
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; '), ...(next.form && { origin: home }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location) {
      next = { url: new URL(location, next.url) };
      if (next.url.origin === home) continue;
      await fetch(next.url);
      return next.url;
    }
    const page = await response.text();
    next = filledIn(page, next.url, person);
    if (!next || !response.ok) throw new Error(`The page to sign in answers ${response.status}: ${words(page)}`);
  }
  throw new Error('Signing in goes round in circles.');
}

/// The form for the password or for the decision, as somebody sends it who agrees; undefined when the page has neither.
function filledIn(page, url, person) {
  for (const [, action, fields] of page.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)) {
    const form = new URLSearchParams({ csrf: /name="csrf" value="([^"]*)"/.exec(fields)?.[1] ?? '' });
    if (fields.includes('name="password"')) {
      form.set('email', person.email);
      form.set('password', person.password);
    } else if (fields.includes('name="decision"')) {
      form.set('decision', 'allow');
    } else {
      continue;
    }
    return { url: new URL(action.replaceAll('&amp;', '&'), url), form };
  }
}

function words(page) {
  return page.replace(/<style.*?<\/style>/gs, ' ').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim().slice(0, 300);
}
