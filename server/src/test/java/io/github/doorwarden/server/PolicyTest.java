package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.util.List;
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

    @Test
    void withoutAuthorizationEverythingIsAllowed() {
        var off = Policy.withoutAuthorization();
        assertEquals(new Decision.Allowed(), off.decide(Caller.anonymous(), endpoint, "tools/call"));
        assertEquals(new Decision.Allowed(), off.decide(Caller.anonymous(), endpoint, buying));
    }
}
