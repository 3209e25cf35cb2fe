package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static URI uri(String text) {
        return URI.create(text);
    }

    @Test
    void metadataIsLookedForInTheOrderOfTheSpecification() {
        assertEquals(List.of(uri("https://a.example/.well-known/oauth-authorization-server"),
                uri("https://a.example/.well-known/openid-configuration")),
                        Places.metadataOf(uri("https://a.example/")));
        assertEquals(List.of(uri("https://a.example/.well-known/oauth-authorization-server/t"),
                uri("https://a.example/.well-known/openid-configuration/t"),
                uri("https://a.example/t/.well-known/openid-configuration")),
                Places.metadataOf(uri("https://a.example/t")));
    }

    @Test
    void aServerSendsTheDoctorNeitherToThisMachineNorAwayFromTls() {
        var from = uri("https://mcp.example.com/mcp");
        assertTrue(Places.mayFollow(from, uri("https://login.example.com/x")));
        for (var to : List.of("http://login.example.com/", "http://127.0.0.1/", "https://localhost/",
                "https://[::1]/x", "https://x.localhost/",
                "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://127.1/", "https://0.0.0.0/",
                "https://[::]/", "https://169.254.169.254/", "https://[fe80::1]/", "https://me:pw@login.example.com/",
                        "file:///etc/passwd")) {
            assertTrue(!Places.mayFollow(from, uri(to)), to);
        }
        assertTrue(Places.mayFollow(uri("http://127.0.0.1:1/mcp"), uri("http://localhost:2/")));
        assertTrue(!Places.mayFollow(uri("http://127.0.0.1:1/mcp"), uri("http://login.example.com/")));
    }

    @Test
    void spellingsDifferInTheSlashAlone() {
        assertEquals(Optional.of(uri("https://a.example/mcp/")), Places.otherSpelling(uri("https://a.example/mcp")));
        assertEquals(Optional.of(uri("https://a.example/mcp?k=v")),
                Places.otherSpelling(uri("https://a.example/mcp/?k=v")));
        assertEquals(Optional.empty(), Places.otherSpelling(uri("https://a.example/")));
    }

    @Test
    void parametersOfChallengesAreRead() {
        var challenge = "Basic realm=\"x\", Bearer error=\"invalid_token\", resource_metadata=\"https://a/b?c=d,e\", "
                + "scope=one";
        assertEquals(Optional.of("https://a/b?c=d,e"), ChallengeProbes.parameter(challenge, "resource_metadata"));
        assertEquals(Optional.of("one"), ChallengeProbes.parameter(challenge, "scope"));
        assertEquals(Optional.empty(), ChallengeProbes.parameter(challenge, "realms"));
    }

    /// The doctor plays what is played over the wire elsewhere: the same registrations, word for word.
    @Test
    void clientsRegisterAsTheSimulatedOnesDo() throws IOException {
        var uris = Pattern.compile("\"((?:https?|cursor)://[^\"]*)\"");
        for (var client : List.of(Clients.CLAUDE_CODE, Clients.CURSOR, Clients.VS_CODE, Clients.INSPECTOR,
                Clients.CODEX, Clients.MCP_REMOTE)) {
            var file = client == Clients.MCP_REMOTE ? "mcp-remote-0.9" : client.key();
            var data = Files.readString(Path.of("../interop/simulators/clients/" + file + ".mjs"));
            for (var uri : uris.matcher(client.play().registration()).results().map(found -> found.group(1))
                    .collect(Collectors.toSet())) {
                assertTrue(data.contains("'" + uri + "'"), client + " registers " + uri);
            }
        }
    }

    @Test
    void everyFaultHasANameOfItsOwn_AndLeadsToItsIssues() {
        var ids = new HashSet<String>();
        for (var fault : Faults.all()) {
            assertTrue(ids.add(fault.id()), fault.id());
            fault.links().forEach(link -> assertTrue(link.toString().matches(
                    "https://github\\.com/[\\w.-]+/[\\w.-]+/issues/\\d+"), link.toString()));
        }
        assertTrue(ids.size() > 70, ids.size() + " faults");
    }
}
