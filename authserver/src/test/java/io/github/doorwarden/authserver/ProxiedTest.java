package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signing in at a provider, in the place of our own page and beside it; and what an attacker makes of it.
class ProxiedTest {

    private static final String EVIL = "https://evil.example/cb";
    private static final String FLOW = "__Host-doorwarden_flow";

    @TempDir
    private Path folder;
    private final HandClock clock = new HandClock();
    private final OpenIdInMemory provider = new OpenIdInMemory(clock);
    private House house;

    private House house(boolean only, boolean link, Admission admission) {
        close();
        house = new House(fresh(), true, new SignInElsewhere(List.of(provider.settings(link)), only, provider,
                admission), House.shop());
        return house;
    }

    private Path fresh() {
        try {
            return java.nio.file.Files.createTempDirectory(folder, "house");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private House proxied() {
        return house(true, false, Admission.OPEN);
    }

    @AfterEach
    void close() {
        if (house != null) {
            house.close();
        }
    }

    private static String authorize(Client client, String redirect) {
        return "/authorize?response_type=code&client_id=" + Visitor.encode(client.id()) + "&redirect_uri="
                + Visitor.encode(redirect) + "&code_challenge=" + House.CHALLENGE
                + "&code_challenge_method=S256&state=s1&scope=read&resource=https%3A%2F%2Fdoor.example.org%2Fmcp";
    }

    private Visitor visitor() {
        return new Visitor(house);
    }

    /// To the provider's door: the address that the browser is sent to after a yes.
    private static String leave(Visitor visitor, String url) {
        return Visitor.location(visitor.decide(visitor.get(url), "allow"));
    }

    private static final Headers FROM_PROVIDER = Headers.NONE.with("Sec-Fetch-Site", "cross-site");

    @Test
    @Covers({"T2a", "T2"})
    void ourOwnConsentComesBeforeAnythingReachesTheProvider() {
        proxied();
        var evil = house.dynamic("Totally Corp", EVIL);
        var victim = visitor();
        var page = victim.get(authorize(evil, EVIL), FROM_PROVIDER);
        assertEquals(200, page.status());
        assertTrue(page.headers().first("Location").isEmpty());
        var html = Visitor.html(page);
        assertTrue(html.contains("Totally Corp") && html.contains("evil.example") && html.contains("Nobody has checked")
                && html.contains("You sign in with Corp"), html);
        assertFalse(html.contains("password"), "there is no sign-in page of ours");
        assertEquals(List.of(), provider.asked, "the provider has heard of nothing");
        assertNull(victim.cookies.get(FLOW), "and no cookie is set before the person agrees");

        var denied = victim.decide(page, "deny");
        assertEquals(200, denied.status());
        assertEquals(List.of(), provider.asked);
        assertNull(victim.cookies.get(FLOW));
    }

    @Test
    @Covers({"T2a", "T1"})
    void aPersonComesThroughTheProviderToACodeOfOurs() {
        proxied();
        var client = house.dynamic("Agent", "https://agent.example/cb");
        var visitor = visitor();
        var there = leave(visitor, authorize(client, "https://agent.example/cb"));
        var sent = Visitor.answer(there);
        assertTrue(there.startsWith(OpenIdInMemory.ISSUER + "/auth?"), there);
        assertEquals("https://door.example.org/login/callback", sent.get("redirect_uri"));
        assertEquals("openid email", sent.get("scope"));
        assertFalse(sent.containsKey("resource"), "Entra refuses it");
        assertNotEquals(House.CHALLENGE, sent.get("code_challenge"), "a challenge of our own");
        assertNotEquals("s1", sent.get("state"));

        var back = visitor.get(provider.visit(there), FROM_PROVIDER);
        var answer = Visitor.answer(Visitor.location(back));
        assertTrue(Visitor.location(back).startsWith("https://agent.example/cb?code="));
        assertEquals("s1", answer.get("state"));
        assertEquals(House.ISSUER, answer.get("iss"));
        var grant = house.codes.redeem(new Codes.Redemption(answer.get("code"), client.id(), Optional.empty(),
                Optional.of(House.VERIFIER), List.of()));
        var person = house.people.find(grant.personId().orElseThrow()).orElseThrow();
        assertEquals("grace@corp.example", person.email());
        assertEquals("Grace Hopper", person.name());

        provider.userInfo.put("email", "new@corp.example");
        var again = visitor();
        var second = again.get(provider.visit(leave(again, authorize(client, "https://agent.example/cb"))),
                FROM_PROVIDER);
        var other = house.codes.redeem(new Codes.Redemption(Visitor.answer(Visitor.location(second)).get("code"),
                client.id(), Optional.empty(), Optional.of(House.VERIFIER), List.of()));
        assertEquals(grant.personId(), other.personId(), "the subject is the person, whatever the address");
    }

    @Test
    @Covers("T3")
    void consentInOneBrowserIsNoConsentInAnother() {
        proxied();
        var evil = house.dynamic("Agent", EVIL);
        var attacker = visitor();
        var there = leave(attacker, authorize(evil, EVIL));

        var victim = visitor();
        var callback = provider.visit(there);                       // the victim's provider signs them in silently
        var refused = victim.get(callback, FROM_PROVIDER);
        assertEquals(403, refused.status());
        assertTrue(refused.headers().first("Location").isEmpty());
        assertNull(victim.session());
        var other = house.dynamic("Other", "https://other.example/cb");
        leave(victim, authorize(other, "https://other.example/cb"));
        assertEquals(403, victim.get(callback, FROM_PROVIDER).status(), "a cookie of another sign-in does not help");

        assertEquals(303, attacker.get(callback, FROM_PROVIDER).status(), "nobody else used it up");
        assertEquals(403, attacker.get(callback, FROM_PROVIDER).status(), "and it is good for one time");
        assertEquals("login refused", house.lastDecision());
    }

    @Test
    @Covers("T3")
    void aSignInThatTakesTooLongIsOver() {
        proxied();
        var visitor = visitor();
        var client = house.dynamic("Agent", EVIL);
        var there = leave(visitor, authorize(client, EVIL));
        house.clock.turn(BrowserLimits.UPSTREAM_FLOW.plus(Duration.ofSeconds(1)));
        assertEquals(403, visitor.get(provider.visit(there), FROM_PROVIDER).status());
    }

    @Test
    @Covers("T3b")
    void anApprovalThatIsForgedIsNone() {
        proxied();
        var evil = house.dynamic("Agent", EVIL);
        var attacker = visitor();
        var form = Visitor.form(attacker.get(authorize(evil, EVIL)), "/consent");
        var victim = visitor();
        victim.get(authorize(evil, EVIL));
        var body = Visitor.body(form, "decision", "allow");
        assertEquals(403, victim.post(form.action(), body).status(), "the attacker's token with the victim's cookies");
        assertEquals(403, visitor().post(form.action(), body).status(), "and without any");
        var own = Visitor.form(victim.get(authorize(evil, EVIL)), "/consent");
        var good = Visitor.body(own, "decision", "allow");
        for (var headers : List.of(Headers.NONE, Headers.NONE.with("Origin", "https://evil.example"),
                Headers.NONE.with("Origin", "null").with("Sec-Fetch-Site", "cross-site"))) {
            assertEquals(403, victim.post(own.action(), good, headers).status());
        }
        var elsewhere = own.action().replace("scope=read", "scope=orders");
        assertEquals(403, victim.post(elsewhere, good).status(), "the token is for this request alone");
        assertEquals(List.of(), provider.asked);
        assertEquals(303, victim.post(own.action(), good).status());
    }

    @Test
    @Covers({"T3", "T15"})
    void anIdTokenThatIsNotForThisSignInSignsNobodyIn() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        var now = clock.instant().getEpochSecond();
        for (var spoil : List.<Consumer<OpenIdInMemory>>of(p -> p.spoiled.put("nonce", "another"),
                p -> p.spoiled.putNull("nonce"), p -> p.spoiled.put("aud", "another"),
                p -> p.spoiled.putArray("aud").add("door").add("another"), p -> p.spoiled.put("azp", "another"),
                p -> p.spoiled.put("iss", "https://evil.example"), p -> p.spoiled.put("exp", now - 3600),
                p -> p.spoiled.put("iat", now + 3600), p -> p.spoiled.put("sub", ""),
                p -> p.signing = OpenIdInMemory.rsa(), p -> p.type = "at+jwt", p -> p.type = "logout+jwt")) {
            var fresh = new OpenIdInMemory(clock);
            provider.spoiled = fresh.spoiled;
            provider.signing = fresh.signing;
            provider.type = fresh.type;
            spoil.accept(provider);
            var visitor = visitor();
            var back = visitor.get(provider.visit(leave(visitor, authorize(client, EVIL))), FROM_PROVIDER);
            assertEquals(403, back.status(), provider.spoiled.toString());
            assertNull(visitor.session());
        }
    }

    @Test
    @Covers("T1")
    void anAnswerOfAnotherProviderIsRefusedBeforeItsCodeGoesAnywhere() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        for (var change : List.of(Map.entry(Visitor.encode(OpenIdInMemory.ISSUER), "https%3A%2F%2Fevil.example"),
                Map.entry("&iss=" + Visitor.encode(OpenIdInMemory.ISSUER), ""))) {
            var visitor = visitor();
            var there = provider.visit(leave(visitor, authorize(client, EVIL)));
            assertEquals(403, visitor.get(there.replace(change.getKey(), change.getValue()), FROM_PROVIDER).status());
        }
        assertFalse(provider.asked.contains("/token"));
    }

    @Test
    void anAddressAloneMakesNobodyThePersonWhoHasItHere() {
        proxied();
        provider.userInfo.put("email", "ADA@example.org");
        var client = house.dynamic("Agent", EVIL);
        assertEquals(403, through(client).status());

        house(true, true, Admission.OPEN);
        client = house.dynamic("Agent", EVIL);
        provider.userInfo.put("email_verified", false);
        assertEquals(403, through(client).status(), "nobody has checked that address");
        provider.userInfo.put("email_verified", true);
        assertEquals(303, through(client).status());
        assertEquals(house.ada.id(), house.database.first("SELECT person_id FROM upstream_identity",
                row -> row.getString(1)).orElseThrow());
        house.people.disable(house.ada.id());
        assertEquals(403, through(client).status(), "who is disabled here stays out");
    }

    @Test
    void nobodyBecomesAnAdministratorByAnAddressThatNobodyHasChecked() {
        var admin = new ProtectedResource(java.net.URI.create(House.ISSUER + "/admin"), "Administration",
                House.shop().scopes(), true, Set.of(), java.util.Optional.of(new ProtectedResource.Keeping(
                Set.of("grace@example.org"), Set.of(), io.github.doorwarden.identity.Tiers.NONE)));
        close();
        house = new House(fresh(), true, new SignInElsewhere(List.of(provider.settings(false)), true, provider,
                Admission.OPEN), House.shop(), admin);
        provider.userInfo.put("email", "Grace@example.org");
        provider.userInfo.remove("email_verified");
        var client = house.dynamic("Agent", EVIL);
        assertEquals(403, through(client).status());
        provider.userInfo.put("email_verified", "false");
        assertEquals(403, through(client).status());
    }

    private Reply decided(String url) {
        var visitor = visitor();
        return visitor.decide(visitor.get(url), "allow");
    }

    private Reply through(Client client) {
        var visitor = visitor();
        return visitor.get(provider.visit(leave(visitor, authorize(client, EVIL))), FROM_PROVIDER);
    }

    @Test
    @Covers("RS-11a")
    void theListOfAddressesHolds() {
        house(true, false, new Admission(List.of("@example.com"), subject -> Optional.empty()));
        var client = house.dynamic("Agent", EVIL);
        var refused = through(client);
        assertEquals(403, refused.status());
        assertTrue(Visitor.html(refused).contains("not on this server"), Visitor.html(refused));
        assertTrue(house.people.byEmail("grace@corp.example").isEmpty(), "and no account is made");
        provider.userInfo.put("sub", "u2");
        assertEquals(403, through(client).status(), "user information of another subject");
    }

    @Test
    void aProviderThatSaysNoOrNothingIsTold() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        var visitor = visitor();
        var sent = Visitor.answer(leave(visitor, authorize(client, EVIL)));
        var no = visitor.get("/login/callback?error=access_denied&state=" + sent.get("state"), FROM_PROVIDER);
        assertEquals(200, no.status());
        assertTrue(Visitor.html(no).contains("error=access_denied"), "a link to the client, which nobody vouches for");

        provider.down = true;
        house.clock.turn(Duration.ofHours(2));
        var other = visitor();
        var page = other.get(authorize(client, EVIL));
        assertEquals(303, other.decide(page, "allow").status(), "what was known of the provider is enough to leave");
        proxied();
        client = house.dynamic("Agent", EVIL);
        assertEquals(503, decided(authorize(client, EVIL)).status());
    }

    @Test
    void beneathOurOwnSignInPageTheProviderIsAButton() {
        house(false, false, Admission.OPEN);
        var client = house.dynamic("Agent", "https://agent.example/cb");
        var visitor = visitor();
        var login = visitor.get(authorize(client, "https://agent.example/cb"));
        assertTrue(Visitor.html(login).contains("Sign in with Corp"));
        var form = Visitor.form(login, "/login/with/corp");
        assertEquals(403, visitor().post(form.action(), Visitor.body(form)).status(), "T11: not without its cookie");
        var there = Visitor.location(visitor.post(form.action(), Visitor.body(form)));
        var on = Visitor.location(visitor.get(provider.visit(there), FROM_PROVIDER));
        assertTrue(on.startsWith("/authorize?") && on.contains("doorwarden_ask=1"), on);
        var consent = visitor.get(on, Headers.NONE.with("Sec-Fetch-Site", "cross-site"));
        assertTrue(Visitor.html(consent).contains("grace@corp.example"));
        assertTrue(Visitor.location(visitor.decide(consent, "allow")).startsWith("https://agent.example/cb?code="));
        assertTrue(visitor().signedIn().session() != null, "and the password works on");
    }

    @Test
    void withoutAPageNobodyIsSentAway() {
        proxied();
        var reports = house.vouched("https://reports.example/cb");
        var answer = visitor().get(authorize(reports, "https://reports.example/cb") + "&prompt=none");
        assertEquals("login_required", Visitor.answer(Visitor.location(answer)).get("error"));
        assertEquals(404, visitor().post("/login", "email=ada%40example.org&password=x").status());
        assertTrue(Visitor.html(visitor().get("/login")).contains("Sign in with Corp"));
        assertFalse(Visitor.html(visitor().get("/login")).contains("type=\"password\""));
    }

    @Test
    @Covers({"T5", "T19"})
    void nothingOfTheProvidersIsKept() throws Exception {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        var visitor = visitor();
        var there = leave(visitor, authorize(client, EVIL));
        var sent = Visitor.answer(there);
        var back = provider.visit(there);
        assertEquals(303, visitor.get(back, FROM_PROVIDER).status());
        var kept = new StringBuilder(house.audit.toString());
        try (var files = java.nio.file.Files.walk(folder)) {
            for (var file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
                kept.append(java.nio.file.Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        assertTrue(kept.indexOf("grace@corp.example") >= 0, "this is not the database");
        for (var secret : List.of(OpenIdInMemory.ACCESS, sent.get("state"), sent.get("nonce"),
                Visitor.answer(back).get("code") + "&", visitor.session(), visitor.cookies.get(FLOW) + "")) {
            assertFalse(kept.indexOf(secret) >= 0, secret);
        }
    }

    @Test
    @Covers("T14")
    void nobodyIsMadeByAnAddressThatNobodyStandsFor() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        provider.userInfo.remove("email_verified");
        assertEquals(403, through(client).status(), "the provider says nothing");
        provider.userInfo.put("email_verified", false);
        assertEquals(403, through(client).status(), "the provider says no");
        assertEquals(0, house.database.first("SELECT COUNT(*) FROM upstream_identity", row -> row.getInt(1))
                .orElseThrow());
    }

    @Test
    @Covers({"T2", "T2a"})
    void whatWasAllowedIsNotWhatTheClientHasBecomeMeanwhile() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        var visitor = visitor();
        var there = leave(visitor, authorize(client, EVIL));
        house.clients.change(client.id(), new NewClient(Optional.empty(), "Agent", List.of(EVIL,
                "https://elsewhere.example/cb"), java.util.Set.of(AuthMethod.NONE), GrantType.WITH_A_PERSON,
                java.util.Set.of(), Optional.empty()));
        var back = visitor.get(provider.visit(there), FROM_PROVIDER);
        assertTrue(Visitor.location(back).startsWith("/authorize?"), "asked once more: " + Visitor.location(back));
        assertEquals(0, house.database.first("SELECT COUNT(*) FROM authorization_code", row -> row.getInt(1))
                .orElseThrow());
    }

    @Test
    @Covers("AS-73")
    void aProvidersWordIsNoSecondFactorUnlessItSaysSo() {
        proxied();
        var client = house.dynamic("Agent", EVIL);
        var visitor = visitor();
        var two = authorize(client, EVIL) + "&acr_values=" + Visitor.encode(SignIn.TWO_FACTORS);
        var back = visitor.get(provider.visit(leave(visitor, two)), FROM_PROVIDER);
        assertEquals(200, back.status(), "a page, and no code");
        assertEquals(0, house.database.first("SELECT COUNT(*) FROM authorization_code", row -> row.getInt(1))
                .orElseThrow());
        provider.spoiled.putArray("amr").add("mfa");
        var other = visitor();
        assertTrue(Visitor.location(other.get(provider.visit(leave(other, two)), FROM_PROVIDER)).startsWith(EVIL));
    }
}
