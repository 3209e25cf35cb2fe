package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the scopes bound that a client says it may ask for.
class DeclaredScopesTest {

    private static final Scopes SHOP = House.shop().scopes();

    @TempDir
    Path folder;

    private static Client client(Client.Kind kind, String... scopes) {
        return new Client("c", kind, "C", List.of("https://app.example/cb"), Set.of(AuthMethod.NONE), Optional.empty(),
                Optional.empty(), Optional.empty(), GrantType.WITH_A_PERSON, Set.of(scopes), false, false, "");
    }

    private static Set<String> wanted(Client client, String... asked) {
        return DeclaredScopes.wanted(client, SHOP, Set.of(asked));
    }

    @Test
    @Covers({"AS-28", "AS-17"})
    void itBoundsWhoeverSomebodyElseSpeaksFor() {
        for (var kind : List.of(Client.Kind.PRE_REGISTERED, Client.Kind.METADATA_DOCUMENT)) {
            assertEquals(Set.of("read"), wanted(client(kind, "read"), "read", "orders"), kind.toString());
            assertEquals(Set.of("read", "orders"), wanted(client(kind, "orders"), "read", "orders", "admin"));
            assertEquals(Set.of(), wanted(client(kind, "read"), "orders"));
            assertEquals(Set.of("orders"), wanted(client(kind), "orders"), "who says none may ask for any");
        }
    }

    @Test
    @Covers({"AS-28", "AS-17"})
    void whoRegisteredItselfAsksForMoreByName() {
        var reads = client(Client.Kind.DYNAMIC, "read");
        assertEquals(Set.of("read", "orders"), wanted(reads, "read", "orders"));
        assertEquals(Set.of("read"), wanted(reads), "unasked it has what it said");
        assertEquals(Set.of(), wanted(client(Client.Kind.DYNAMIC, "unknown")), "and no more than that");
    }

    /// As the TypeScript, Python and Rust SDKs do: the scopes of the first challenge go into the registration, the
    /// second challenge asks for more.
    @Test
    @Covers("AS-28")
    void aPersonIsAskedWhenSuchAClientStepsUp() {
        try (var house = new House(folder)) {
            var sdk = house.clients.register(new NewClient(Optional.empty(), "SDK", List.of("https://app.example/cb"),
                    Set.of(AuthMethod.NONE), GrantType.WITH_A_PERSON, Set.of("read"), Optional.empty())).orElseThrow()
                    .client();
            var visitor = new Visitor(house).signedIn();
            var page = visitor.get("/authorize?response_type=code&client_id=" + sdk.id() + "&redirect_uri="
                    + Visitor.encode("https://app.example/cb") + "&code_challenge=" + House.CHALLENGE
                    + "&code_challenge_method=S256&scope=" + Visitor.encode("read orders"));
            assertEquals(200, page.status());
            var code = Visitor.answer(Visitor.location(visitor.decide(page, "allow"))).get("code");
            assertEquals(Set.of("read", "orders"), house.codes.redeem(new Codes.Redemption(code, sdk.id(),
                    Optional.empty(), Optional.of(House.VERIFIER), List.of())).scopes());
        }
    }
}
