package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.encode;
import static io.github.doorwarden.authserver.Visitor.html;
import static io.github.doorwarden.authserver.Visitor.location;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an authorization request may demand of the sign-in itself.
class StepUpTest {

    private static final String CALLBACK = "https://reports.example/cb";
    private static final String STRONG = "&acr_values=" + encode(SignIn.TWO_FACTORS);

    @TempDir
    Path folder;

    private House house;
    private Visitor visitor;
    private Client client;

    @BeforeEach
    void open() {
        house = new House(folder);
        client = house.vouched(CALLBACK);
        visitor = new Visitor(house).signedIn();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private String request(String more) {
        return "/authorize?response_type=code&client_id=" + client.id() + "&redirect_uri=" + encode(CALLBACK)
                + "&code_challenge=" + House.CHALLENGE + "&code_challenge_method=S256" + more;
    }

    private static boolean asksConsent(Reply page) {
        return html(page).contains("wants access to");
    }

    private static boolean asksSignIn(Reply page) {
        return html(page).contains("<h1>Sign in");
    }

    /// What the token says that this consent page leads to.
    private JWTClaimsSet token(Reply consent) throws Exception {
        var code = Visitor.answer(location(visitor.decide(consent, "allow"))).get("code");
        var keys = new Keys(house.database, Door.MASTER_KEY, house.settings, house.clock, 2048);
        var side = new TokenSide(house.settings, house.database, house.clients, house.codes, house.grants, keys,
                id -> Optional.of(new PersonClaims("ada@example.org", "Ada")), house.clock, house.audit::add);
        var in = Door.post("/token", Door.form("grant_type", "authorization_code", "client_id", client.id(), "code",
                code, "code_verifier", House.VERIFIER));
        var answer = Door.answer(route(side, in));
        return SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
    }

    private static Reply route(TokenSide side, HttpIn in) throws Exception {
        return side.routes().stream().filter(each -> each.path().equals(in.path()) && each.method().equals("POST"))
                .findFirst().orElseThrow().answer(in, null);
    }

    @Test
    @Covers("AS-73")
    void promptLoginAsksOnceMoreAndThenGoesOn() {
        var asked = request("&prompt=login");
        var page = visitor.get(asked);
        assertTrue(asksSignIn(page) && html(page).contains("once more"));
        var next = location(visitor.signIn(page));
        assertTrue(asksConsent(visitor.get(next)));
        assertTrue(asksSignIn(visitor.get(asked)), "the next request is another");
        assertTrue(asksSignIn(visitor.get(next.replace("doorwarden_in=", "doorwarden_in=x"))), "a made-up proof");
        assertTrue(asksSignIn(visitor.get(next.replace("prompt=login", "prompt=login&state=2"))),
                "a proof for another request");
        house.clock.turn(Duration.ofMinutes(11));
        assertTrue(asksSignIn(visitor.get(next)), "an old proof");
    }

    @Test
    @Covers("AS-73")
    void maxAgeIsMeasuredFromTheSignIn() {
        house.clock.turn(Duration.ofMinutes(5));
        assertTrue(asksConsent(visitor.get(request("&max_age=300"))));
        var page = visitor.get(request("&max_age=299"));
        assertTrue(asksSignIn(page));
        var next = location(visitor.signIn(page));
        house.clock.turn(Duration.ofSeconds(2));
        assertTrue(asksConsent(visitor.get(next)));
        assertTrue(asksConsent(visitor.get(location(visitor.signIn(visitor.get(request("&max_age=0")))))));
        house.clock.turn(Duration.ofSeconds(2));
        var none = Visitor.answer(location(visitor.get(request("&max_age=1&prompt=none"))));
        assertEquals("login_required", none.get("error"));
        assertEquals("invalid_request", Visitor.answer(location(visitor.get(request("&max_age=x")))).get("error"));
    }

    @Test
    @Covers({"AS-73", "AS-74"})
    void aSecondFactorIsSetUpOnTheWayWhenThereIsNone_AndTheTokenSaysSo() throws Exception {
        var first = visitor.get(request(STRONG));
        assertTrue(html(first).contains("Set up a second factor first"));
        var none = Visitor.answer(location(visitor.get(request(STRONG + "&prompt=none"))));
        assertEquals("unmet_authentication_requirements", none.get("error"));
        var shown = visitor.send("/account/code", first);
        var phone = Phone.of(shown, house.clock);
        var done = visitor.send("/account/code/confirm", shown, "code", phone.code());
        var next = Visitor.unescape(html(done).replaceAll("(?s).*href=\"(/authorize[^\"]*)\".*", "$1"));
        var claims = token(visitor.get(next));
        assertEquals(SignIn.TWO_FACTORS, claims.getStringClaim("acr"));
        assertEquals(List.of("mfa", "otp", "pwd"), claims.getStringListClaim("amr"));
        assertEquals(house.clock.instant().getEpochSecond(), claims.getLongClaim("auth_time"));
    }

    @Test
    @Covers({"AS-73", "AS-74"})
    void whoHasOneSignsInWithIt() throws Exception {
        var weak = token(visitor.get(request("")));
        assertEquals(SignIn.ONE_FACTOR, weak.getStringClaim("acr"));
        assertEquals(List.of("pwd"), weak.getStringListClaim("amr"));
        var other = new Visitor(house).signedIn();
        var phone = Phone.enrol(other, house.clock);
        visitor.signIn(visitor.get("/login"));
        house.database.update("INSERT INTO browser_session (id_hash, person_id, signed_in_at, method, expires_at, amr)"
                + " VALUES (?, ?, ?, 'PASSWORD', ?, 'pwd')", Hashes.sha256("w".repeat(43)), house.ada.id(),
                house.clock.instant(), house.clock.instant().plusSeconds(600));
        visitor.cookies.put("__Host-doorwarden_session", "w".repeat(43));
        var page = visitor.get(request(STRONG));
        assertTrue(asksSignIn(page) && html(page).contains("second factor"));
        house.clock.turn(Duration.ofSeconds(30));
        var step = visitor.signIn(page);
        var next = location(visitor.send("/login/code", step, "code", phone.code()));
        assertEquals(SignIn.TWO_FACTORS, token(visitor.get(next)).getStringClaim("acr"));
    }

    @Test
    @Covers("AS-73")
    void wishesThatNobodyKnowsAndWeakerOnesAreMet() {
        for (var values : List.of("urn:other", SignIn.ONE_FACTOR, SignIn.TWO_FACTORS + " " + SignIn.ONE_FACTOR, "")) {
            assertTrue(asksConsent(visitor.get(request("&acr_values=" + encode(values)))), values);
        }
    }

    @Test
    @Covers("AS-73")
    void theConsentFormDoesNotGoAroundIt() {
        var consent = visitor.get(request("&max_age=60"));
        house.clock.turn(Duration.ofSeconds(61));
        assertTrue(asksSignIn(visitor.decide(consent, "allow")));
        assertTrue(house.audit.stream().noneMatch(line -> line.event().equals("consent")));
    }
}
