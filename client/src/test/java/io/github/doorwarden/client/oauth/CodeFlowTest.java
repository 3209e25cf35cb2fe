package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A person signs in: what is sent, what is believed of the answer, and what comes of it.
class CodeFlowTest {

    @TempDir
    Path folder;

    @Test
    @Covers("CL-6")
    void oneSignInLetsCallsIn() throws Exception {
        try (var site = new SignedIn(folder)) {
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            assertEquals(200, site.resource.call(authorization));
            assertEquals(200, site.call(), "another one finds what was kept");
            assertEquals(1, site.browser.tabs.size());
            var asked = site.authority.authorizations().getFirst();
            assertEquals("code", asked.get("response_type"));
            assertEquals("S256", asked.get("code_challenge_method"));
            assertEquals(43, asked.get("code_challenge").length());
            assertEquals(43, asked.get("state").length());
            assertEquals(site.resource.address().toString(), asked.get("resource"));
            assertFalse(asked.containsKey("scope"));
            assertTrue(asked.get("redirect_uri").matches("http://127\\.0\\.0\\.1:[0-9]+/callback"));
            var redeemed = site.authority.tokenRequests().getFirst();
            assertEquals(asked.get("resource"), redeemed.get("resource"));
            assertEquals(asked.get("redirect_uri"), redeemed.get("redirect_uri"));
            assertEquals(43, redeemed.get("code_verifier").length());
            var page = site.browser.pages.take();
            assertTrue(page.body().contains("The answer has arrived"), page.body());
            assertFalse(site.notices.isEmpty(), "the address is told in any case");
            assertTrue(site.notices.getFirst().contains(site.browser.tabs.getFirst().toString()));
        }
    }

    /// The one that waits says so, and names the page, so that nobody looks at a silent terminal for minutes.
    @Test
    void whoWaitsForAnotherSaysForWhat() throws Exception {
        try (var site = new SignedIn(folder)) {
            var told = new CompletableFuture<String>();
            var tab = new CompletableFuture<URI>();
            var first = OAuthAuthorization.open(site.settings.with((Browser) tab::complete));
            var second = OAuthAuthorization.open(site.settings.withNotices(told::complete));
            var calls = List.of(first, second).stream().map(each -> CompletableFuture.supplyAsync(() -> {
                try {
                    if (each == second) {
                        tab.get();
                    }
                    return site.resource.call(each);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }, Thread::startVirtualThread)).toList();
            assertTrue(told.get().contains(tab.get().toString()), told.get());
            site.browser.open(tab.get());
            assertEquals(List.of(200, 200), calls.stream().map(CompletableFuture::join).toList());
            assertEquals(1, site.browser.tabs.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, same, true", "true, none, false", "true, other, false", "true, slash, false",
        "false, same, true", "false, none, true", "false, other, false", "false, slash, false"})
    @Covers("CL-5")
    void theIssuerOfTheAnswerIsComparedByteForByte(boolean said, String iss, boolean good) throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document ->
                    document.put("authorization_response_iss_parameter_supported", said);
            site.authority.answer = back -> {
                var all = new HashMap<>(back);
                switch (iss) {
                    case "none" -> all.remove("iss");
                    case "other" -> all.put("iss", "https://evil.example");
                    case "slash" -> all.put("iss", back.get("iss") + "/");
                    default -> { }
                }
                return all;
            };
            if (good) {
                assertEquals(200, site.call());
            } else {
                assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("thrown away"));
                assertEquals(List.of(), site.authority.tokenRequests(), "the code goes nowhere");
            }
        }
    }

    @Test
    @Covers("CL-5")
    void whatTheWrongOneSaysIsNotShown() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.answer = error("access_denied", "iss", "https://evil.example");
            var failure = assertThrows(ClientFailure.class, site::call);
            assertFalse(failure.getMessage().contains("access_denied"), failure.getMessage());
            var page = site.browser.pages.take().body();
            assertFalse(page.contains("access_denied") || page.contains("Call 555"), page);
        }
    }

    @Test
    void aRefusalSaysItsNameAndNothingElse() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.answer = error("access_denied", "iss", site.authority.issuer);
            var failure = assertThrows(ClientFailure.class, site::call);
            assertEquals(ClientFailure.Kind.CREDENTIALS, failure.kind());
            assertTrue(failure.getMessage().contains("(access_denied)"), failure.getMessage());
            assertFalse(failure.getMessage().contains("Call 555"), failure.getMessage());
        }
    }

    private static UnaryOperator<Map<String, String>> error(String error, String name, String value) {
        return back -> Map.of("state", back.get("state"), name, value, "error", error, "error_description",
                "Call 555 for help");
    }

    @Test
    @Covers("CL-3")
    void withoutPkceNobodySignsIn() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document -> document.remove("code_challenge_methods_supported");
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("PKCE"));
            site.authority.metadata = document ->
                    document.putArray("code_challenge_methods_supported").add("plain");
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("PKCE"));
            assertEquals(List.of(), site.browser.tabs);
        }
    }

    @ParameterizedTest
    @CsvSource({"javascript:alert(1)", "file:///etc/passwd", "--x", "http://somewhere.example/a", "$(id)"})
    @Covers("CL-7")
    void thePageOfAServerIsAnAddressOrNobodyOpensIt(String page) throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.metadata = document -> document.put("authorization_endpoint", page);
            assertThrows(ClientFailure.class, site::call);
            assertEquals(List.of(), site.browser.tabs);
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"read, a b, -, read", "-, a b, -, a b", "-, -, -, -",
        "read, a b, offline_access x, read offline_access", "read offline_access, -, x, read"})
    @Covers("CL-6")
    void scopes(String challenged, String published, String atAuthority, String expected) throws Exception {
        try (var site = new SignedIn(folder)) {
            if (challenged != null) {
                site.resource.challenge += ", scope=\"" + challenged + "\"";
            }
            if (published != null) {
                site.resource.metadata = document -> List.of(published.split(" "))
                        .forEach(document.withArray("scopes_supported")::add);
            }
            if (atAuthority != null) {
                site.authority.metadata = document -> List.of(atAuthority.split(" "))
                        .forEach(document.withArray("scopes_supported")::add);
            }
            assertEquals(200, site.call());
            assertEquals(expected, site.authority.authorizations().getFirst().get("scope"));
        }
    }

    @Test
    void aTokenThatIsOverIsRenewedWithoutAPerson() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.authority.seconds = 100;
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            site.authority.forgetAccess();
            site.clock.pass(Duration.ofSeconds(80));
            assertEquals(200, site.resource.call(authorization));
            assertEquals(3, site.resource.calls().size(), "the old token was not even shown");
            assertEquals(1, site.browser.tabs.size());
            var refresh = site.authority.tokenRequests().getLast();
            assertEquals("refresh_token", refresh.get("grant_type"));
            assertEquals(site.resource.address().toString(), refresh.get("resource"));
            assertEquals("refresh-3", refresh.get("refresh_token").replaceAll("[0-9]+", "3"));
        }
    }

    @Test
    @Covers("CL-9")
    void aRefusedRefreshTokenLeadsToOneSignIn() throws Exception {
        try (var site = new SignedIn(folder)) {
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            site.authority.forgetAccess();
            site.authority.forgetRefresh();
            assertEquals(200, site.resource.call(authorization));
            assertEquals(2, site.browser.tabs.size());
            var tried = site.authority.tokenRequests().stream().filter(form ->
                    form.get("grant_type").equals("refresh_token")).toList();
            assertEquals(1, tried.size());
        }
    }

    @Test
    void aRotatedRefreshTokenReplacesTheOldOne() throws Exception {
        try (var site = new SignedIn(folder)) {
            for (var i = 0; i < 3; i++) {
                site.authority.forgetAccess();
                assertEquals(200, site.call());
            }
            assertEquals(1, site.browser.tabs.size());
            var used = site.authority.tokenRequests().stream().map(form -> form.get("refresh_token")).distinct();
            assertEquals(3, used.count(), "none, and two that differ");
        }
    }

    @Test
    void signingOutForgetsAndRevokes() throws Exception {
        try (var site = new SignedIn(folder)) {
            var authorization = site.open();
            var session = authorization.signIn();
            assertEquals(site.authority.issuer, session.issuer());
            assertEquals(site.resource.address().toString(), session.resource());
            assertTrue(session.renewable());
            assertEquals(session, authorization.signIn(), "once is enough");
            assertTrue(authorization.signOut());
            assertEquals(1, site.authority.seen("/revoke").size());
            assertTrue(site.open().session().isEmpty());
            assertFalse(authorization.signOut());
        }
    }

    @Test
    void withoutAPersonNothingIsOpened() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(site.browser).withoutPerson();
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("Sign in first"));
        }
    }
}
