package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.ClientKey;
import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// We as a client with a key, at an authorization server that checks it: our own, as the third party where people have
/// accounts, and a provider whom they sign in at.
class ClientProofTest {

    private static final Signer OURS = new Signer();
    private static final URI CALLBACK = URI.create(Door.CALLBACK);

    @TempDir
    Path folder;
    private Door door;
    private final List<Map<String, String>> sent = new ArrayList<>();

    @BeforeEach
    void open() {
        door = Door.open(folder);
        door.clients.add(new NewClient(Optional.of("house"), "House", List.of(Door.CALLBACK),
                Set.of(AuthMethod.PRIVATE_KEY_JWT), GrantType.WITH_A_PERSON, Set.of(), Optional.empty(),
                new NewClient.PublicKeys(Optional.of(ClientKey.published(List.of(key()))), Optional.empty()), false));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static ClientKey key() {
        return ClientKey.read(OURS.ec.toJSONString(), Optional.empty(), Optional.empty());
    }

    /// The door as a third party sees it: over its routes.
    private final class Party implements Provider.Calls {

        @Override
        public Provider.Answer get(URI uri, Optional<String> authorization) {
            return answer(door.send(Door.in("GET", uri.getPath(), "", "", "192.0.2.7", Headers.NONE)));
        }

        @Override
        public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization) {
            sent.add(form);
            assertEquals(Optional.empty(), authorization, "nothing but the assertion proves anything");
            return answer(door.send(Door.post(uri.getPath(), Door.form(form.entrySet().stream()
                    .flatMap(each -> Stream.of(each.getKey(), each.getValue())).toArray(String[]::new)))));
        }

        private static Provider.Answer answer(Door.Answer answer) {
            return new Provider.Answer(answer.status(), Json.bytes(answer.json()));
        }
    }

    private ThirdPartyClient client(Signer by, boolean atTokenEndpoint) {
        var proof = new ClientProof(ClientKey.read(by.ec.toJSONString(), Optional.empty(), Optional.empty()),
                atTokenEndpoint);
        return client(Door.ISSUER, Optional.empty(), proof);
    }

    private ThirdPartyClient client(String issuer, Optional<URI> at, ClientProof proof) {
        return new ThirdPartyClient(new ThirdParty("door", "Door", issuer, at, at, Optional.empty(), "house", "", false,
                List.of(), Map.of(), Optional.of(proof)), new Party(), CALLBACK, door.clock);
    }

    private ThirdPartyClient.Tokens connected(ThirdPartyClient client) {
        var code = door.code(door.clients.known("house").orElseThrow());
        return client.tokens(new Params(Map.of("code", List.of(code), "iss", List.of(Door.ISSUER))),
                new UpstreamFlows.Flow("state", "door", "nonce", Door.VERIFIER, "", ""));
    }

    @Test
    @Covers({"AS-90", "AS-31a"})
    void anAccountIsConnectedRenewedAndGivenBackByTheKeyAlone() throws Exception {
        var client = client(OURS, false);
        var first = connected(client);
        var second = client.renew(first.refresh().orElseThrow(), "");
        assertNotEquals(first.access(), second.access());
        assertTrue(client.revoke(second));
        assertThrows(ThirdPartyClient.Refused.class, () -> client.renew(second.refresh().orElseThrow(), ""),
                "it was given back");
        assertEquals(5, sent.size());
        assertEquals(5, sent.stream().map(form -> form.get("client_assertion")).distinct().count(), "never one twice");
        assertTrue(sent.stream().allMatch(form -> form.get("client_id").equals("house")
                && form.get("client_assertion_type").equals(ClientAssertions.TYPE)
                && !form.containsKey("client_secret")));
    }

    @Test
    @Covers({"AS-90", "AS-31a"})
    void theAudienceIsTheOneThatTheProviderTakes() {
        assertThrows(ProviderOutage.class, () -> connected(client(OURS, true)), "the token endpoint, as older ones do");
        var usual = AgentSettings.STANDARD;
        door.close();
        door = new Door(folder.resolve("door.db"), door.clock, Door.with(new AgentSettings(usual.grants(),
                usual.pushed(), Set.of("house"), List.of(), List.of()), false));
        connected(client(OURS, true));
        connected(client("", Optional.of(URI.create(Door.ISSUER + "/token")),
                new ClientProof(key(), false)));                          // no issuer is known: the endpoint has to do
        assertThrows(ProviderOutage.class, () -> connected(client(new Signer(), false)), "another's key");
    }

    @Test
    @Covers({"AS-90", "T19"})
    void peopleSignInAtAProviderThatKnowsOurKey() throws Exception {
        var clock = new HandClock();
        var provider = new OpenIdInMemory(clock);
        var proven = new ArrayList<String>();
        provider.proof = form -> {
            var assertion = Assertion.read(form.get("client_assertion"));
            assertion.checkType(List.of("client-authentication+jwt"));
            assertion.checkAudience(List.of(OpenIdInMemory.ISSUER));
            assertion.checkTimes(clock.instant(), Duration.ofMinutes(1), true);
            assertion.checkSignature(kid -> List.of(OURS.ec.toPublicJWK()), Verifications.usual());
            proven.add(assertion.needed("jti"));
            return assertion.needed("iss").equals("door") && assertion.needed("sub").equals("door")
                    && !form.containsKey("client_secret");
        };
        var settings = new UpstreamProvider("corp", "Corp", OpenIdInMemory.ISSUER, "door", "", false,
                List.of("openid", "email"), false, false, Set.of("RS256"), "email", false,
                Optional.of(new ClientProof(key(), false)));
        assertFalse(settings.toString().contains(OURS.ec.getD().toString()));
        try (var house = new House(Files.createDirectory(folder.resolve("house")), true,
                new SignInElsewhere(List.of(settings), true, provider, Admission.OPEN), House.shop())) {
            var client = house.dynamic("Agent", "https://agent.example/cb");
            for (var round = 1; round <= 2; round++) {
                var visitor = new Visitor(house);
                var there = Visitor.location(visitor.decide(visitor.get("/authorize?response_type=code&client_id="
                        + Visitor.encode(client.id()) + "&redirect_uri=https%3A%2F%2Fagent.example%2Fcb"
                        + "&code_challenge=" + House.CHALLENGE + "&code_challenge_method=S256&state=s1&scope=read"
                        + "&resource=https%3A%2F%2Fdoor.example.org%2Fmcp"), "allow"));
                var back = visitor.get(provider.visit(there), Headers.NONE.with("Sec-Fetch-Site", "cross-site"));
                assertTrue(Visitor.location(back).startsWith("https://agent.example/cb?code="), Visitor.location(back));
                assertEquals(round, Set.copyOf(proven).size());
            }
        }
    }
}
