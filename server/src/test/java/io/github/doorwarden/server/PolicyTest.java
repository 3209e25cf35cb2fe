package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PolicyTest {

    private static final Scopes SCOPES = new Scopes(List.of(
            new Scopes.Scope("read", "read lessons", Set.of(), true),
            new Scopes.Scope("write", "change lessons", Set.of("read"), false),
            new Scopes.Scope("admin", "do everything", Set.of("write"), false),
            new Scopes.Scope("pay", "spend money", Set.of(), false)));

    private record Nothing() {}

    private final Policy policy = new Policy(SCOPES);
    private final Tool free = tool("free");
    private final Tool reading = tool("reading", "read");
    private final Tool buying = tool("buying", "pay", "write");
    private final Endpoint endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"),
            List.of(free, reading, buying), Set.of("tools/list"), "");

    private static Tool tool(String name, String... scopes) {
        return RecordTool.named(name, "Does it.").scopes(scopes).of(Nothing.class, (none, call)
                -> ToolResult.text("x"));
    }

    @Test
    void anAnonymousCallerMaySendWhatIsOpen_AndIsToldTheBaselineForTheRest() {
        assertEquals(new Decision.Allowed(), policy.decide(Caller.anonymous(), endpoint, "tools/list"));
        assertEquals(new Decision.NeedsLogin(List.of("read")), policy.decide(Caller.anonymous(), endpoint,
                "tools/call"));
        assertEquals(new Decision.Allowed(), policy.decide(TestCallers.user("u"), endpoint, "tools/call"));
    }

    @Test
    void anAnonymousCallerIsToldWhatAToolNeeds_InTheOrderOfTheConfiguration() {
        assertEquals(new Decision.NeedsLogin(List.of()), policy.decide(Caller.anonymous(), endpoint, free));
        assertEquals(new Decision.NeedsLogin(List.of("write", "pay")), policy.decide(Caller.anonymous(), endpoint,
                buying));
    }

    @Test
    @Covers("RS-4")
    void aMissingScopeIsAskedForTogetherWithAllOthersOfTheOperation() {
        var caller = TestCallers.user("u", "write");
        assertEquals(new Decision.NeedsScope(List.of("write", "pay")), policy.decide(caller, endpoint, buying));
        assertEquals(new Decision.Allowed(), policy.decide(TestCallers.user("u", "write", "pay"), endpoint, buying));
    }

    @Test
    @Covers("RS-4")
    void aScopeCountsWhenAGrantedOneIncludesIt_OverSeveralSteps() {
        assertEquals(new Decision.Allowed(), policy.decide(TestCallers.user("u", "write"), endpoint, reading));
        assertEquals(new Decision.Allowed(), policy.decide(TestCallers.user("u", "admin"), endpoint, reading));
        assertEquals(new Decision.Allowed(), policy.decide(TestCallers.service("c", "admin", "pay"), endpoint, buying));
        assertEquals(new Decision.NeedsScope(List.of("read")), policy.decide(TestCallers.user("u", "pay"), endpoint,
                reading));
        assertEquals(new Decision.NeedsScope(List.of("read")), policy.decide(TestCallers.user("u", "re"), endpoint,
                reading));
    }

    @Test
    void aToolOfAnotherEndpointIsHidden() {
        assertEquals(new Decision.Hidden(), policy.decide(TestCallers.user("u", "admin"), endpoint, tool("other")));
    }

    @Test
    void whatCanBeHadByAskingIsListed_WhatIsHiddenIsNot() {
        assertTrue(Policy.listed(new Decision.Allowed()));
        assertTrue(Policy.listed(new Decision.NeedsLogin(List.of())));
        assertTrue(Policy.listed(new Decision.NeedsScope(List.of("pay"))));
        assertFalse(Policy.listed(new Decision.Hidden()));
    }

    @Test
    void theSentenceNamesTheScopesInPlainWords_AndWhatToDo() {
        assertEquals("The tool buying needs a permission that this client was not given: write (change lessons), "
                + "pay (spend "
                + "money).",
                policy.sentence(policy.decide(TestCallers.user("u"), endpoint, buying), "The tool buying")
                .orElseThrow());
    }

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static Tool conditioned(Conditions conditions) {
        return RecordTool.named("careful", "Does it.").scopes("pay").conditions(conditions).of(Nothing.class,
                (none, call) -> ToolResult.text("x"));
    }

    private static Decision decide(Tool tool, Caller caller) {
        var tiers = new Tiers(List.of(new Tiers.Tier("ADMIN", Set.of("root@example.com"), Set.of(), Set.of("robot")),
                new Tiers.Tier("STAFF", Set.of(), Set.of("example.com"), Set.of()),
                new Tiers.Tier("PUBLIC", Set.of(), Set.of(), Set.of())));
        return new Policy(SCOPES, tiers, () -> NOON).decide(caller, new Endpoint("/mcp",
                URI.create("https://tools.example.com/mcp"), List.of(tool), Set.of(), ""), tool);
    }

    private static Caller signedIn(Optional<Instant> at, Set<String> amr) {
        return TestCallers.signedIn(new SignIn(at, Optional.empty(), amr), "u", "pay");
    }

    @Test
    @Covers("RS-13")
    void aSecondFactorIsDemandedOfPeopleWhoSignedInWithout_AndDoesNotExistForServices() {
        var tool = conditioned(new Conditions(true, Optional.empty(), Set.of()));
        var needed = new Decision.NeedsSignIn(List.of("pay"), true, Optional.empty());
        assertEquals(needed, decide(tool, TestCallers.user("u", "pay")), "nothing is known of the sign-in");
        assertEquals(needed, decide(tool, signedIn(Optional.of(NOON), Set.of("pwd"))));
        assertEquals(new Decision.Allowed(), decide(tool, signedIn(Optional.empty(), Set.of("pwd", "otp", "mfa"))));
        assertEquals(new Decision.NeedsScope(List.of("pay")), decide(tool, TestCallers.user("u")), "consent first");
        assertEquals(new Decision.NeedsLogin(List.of("pay")), decide(tool, Caller.anonymous()));
        assertEquals(new Decision.Hidden(), decide(tool, TestCallers.service("robot", "pay")));
        assertTrue(Policy.listed(needed));
    }

    @Test
    @Covers("RS-13")
    void aSignInMayBeTooLongAgo() {
        var tool = conditioned(new Conditions(false, Optional.of(Duration.ofMinutes(5)), Set.of()));
        assertEquals(new Decision.Allowed(), decide(tool, signedIn(Optional.of(NOON.minusSeconds(300)), Set.of())));
        var needed = new Decision.NeedsSignIn(List.of("pay"), false, Optional.of(Duration.ofMinutes(5)));
        assertEquals(needed, decide(tool, signedIn(Optional.of(NOON.minusSeconds(301)), Set.of("mfa"))));
        assertEquals(needed, decide(tool, signedIn(Optional.empty(), Set.of())));
        assertEquals("The tool careful needs you to sign in again, at most 5 minutes before the call.",
                policy.sentence(needed, "The tool careful").orElseThrow());
    }

    @Test
    void whoIsNotInItsTierDoesNotKnowOfATool() {
        var admins = conditioned(new Conditions(false, Optional.empty(), Set.of("ADMIN")));
        var staff = conditioned(new Conditions(false, Optional.empty(), Set.of("STAFF", "ADMIN")));
        assertEquals(new Decision.Allowed(), decide(admins, TestCallers.user("root", "pay")));
        assertEquals(new Decision.Allowed(), decide(admins, TestCallers.service("robot", "pay")));
        for (var caller : List.of(TestCallers.user("u", "pay"), TestCallers.service("other", "pay"),
                Caller.anonymous())) {
            assertEquals(new Decision.Hidden(), decide(admins, caller));
        }
        assertEquals(new Decision.Allowed(), decide(staff, TestCallers.user("u", "pay")));
        assertEquals(new Decision.NeedsScope(List.of("pay")), decide(staff, TestCallers.user("u")));
        var open = conditioned(new Conditions(false, Optional.empty(), Set.of("PUBLIC")));
        assertEquals(new Decision.NeedsLogin(List.of("pay")), decide(open, Caller.anonymous()));
    }

    @Test
    void conditionsOfSourceAndToolHoldTogether() {
        var source = new Conditions(false, Optional.of(Duration.ofMinutes(5)), Set.of("A", "B"));
        assertEquals(new Conditions(true, Optional.of(Duration.ofMinutes(5)), Set.of("A")),
                source.and(new Conditions(true, Optional.of(Duration.ofHours(1)), Set.of("A"))));
        assertEquals(source, source.and(Conditions.NONE));
        assertEquals(source, Conditions.NONE.and(source));
    }

    @Test
    void withoutAuthorizationEverythingIsAllowed() {
        var off = Policy.withoutAuthorization();
        assertEquals(new Decision.Allowed(), off.decide(Caller.anonymous(), endpoint, "tools/call"));
        assertEquals(new Decision.Allowed(), off.decide(Caller.anonymous(), endpoint, buying));
    }
}
