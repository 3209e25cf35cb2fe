package io.github.doorwarden.cli;

import java.net.URI;

/// Somebody who comes in where people sign in at a provider that is one of our own deployments: consent here, password
/// and consent there, and back. Both remember the browser.
final class ProviderVisit {

    private final Web web;
    private final Browser here;
    private final String email;
    private final String password;
    private Browser there;

    ProviderVisit(Web web, String origin, String email, String password) {
        this.web = web;
        this.here = new Browser(web, origin);
        this.email = email;
        this.password = password;
    }

    /// The code that a client gets in the end.
    String code(Agent agent, String scope) {
        agent.verifier = Agent.newVerifier();
        var answer = here.get(agent.authorizeUrl(scope));
        if (answer.status() != 303) {
            answer = here.decide(answer.expect(200), "allow").expect(303);
        }
        if (!answer.location().startsWith(agent.redirect)) {
            answer = here.get(away(answer.location()), Browser.CROSS_SITE).expect(303);
        }
        return Web.query(answer.location()).get("code");
    }

    /// From the address at the provider to the one that it sends the browser back to.
    private String away(String address) {
        var uri = URI.create(address);
        there = there == null ? new Browser(web, uri.getScheme() + "://" + uri.getRawAuthority()) : there;
        var page = there.get(address, Browser.CROSS_SITE);
        if (Browser.has(page, "/login")) {
            var next = there.signIn(page, email, password).expect(303);
            page = there.get(next.location(), "Sec-Fetch-Site", "same-origin");
        }
        return (page.status() == 303 ? page : there.decide(page.expect(200), "allow").expect(303)).location();
    }
}
