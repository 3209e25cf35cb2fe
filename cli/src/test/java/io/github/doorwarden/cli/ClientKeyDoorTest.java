package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A deployment that is a client of another one by a key, whose public half the other one fetches from it: for people's
/// accounts, and for a backend that has its tokens from there.
class ClientKeyDoorTest {

    @TempDir
    Path folder;

    private static String pem() throws Exception {
        var rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(rsa.generateKeyPair().getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n";
    }

    private Path made(String name, String pem) throws IOException {
        var made = Files.createDirectories(folder.resolve(name));
        Files.writeString(made.resolve("our.pem"), pem);
        return made;
    }

    private static int free() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    @Covers({"AS-90", "T19"})
    void anotherDeploymentFetchesOurKeyAndBelievesWhatItSigns() throws Exception {
        var pem = pem();
        var port = free();                                     // each has to know the other before it starts
        var home = "http://127.0.0.1:" + port;
        try (var corp = Door.open(made("corp", pem), "  clients:\n", "  clients:\n    - {id: house, jwks_uri: \"" + home
                + "/client-keys\", grants: [client_credentials], scopes: [notes:read]}\n");
                var here = Door.open(made("here", pem), "server: {port: 0}", "server: {port: " + port + "}",
                "{type: static, token: canary-upstream-token-4711}", "{type: client_credentials, token_url: \""
                + corp.origin + "/token\", client_id: house, resource: \"" + corp.notes + "\", client_key: "
                + "{private_key: \"${file:our.pem}\", algorithm: PS256, audience: \"" + corp.origin + "\"}}")) {
            var published = here.web.get(home + "/client-keys").expect(200);
            assertTrue(published.body().contains("\"alg\":\"PS256\"") && !published.body().contains("\"d\""),
                    published.body());
            var agent = here.agent();
            var tokens = agent.tokens(here.signedIn(), Door.READ);
            var answer = Agent.result(agent.call(tokens.access(), "notes_list", "{}"));
            assertFalse(answer.path("isError").asBoolean(false), answer.toString());
            var shown = here.backend.requests.getFirst();
            assertTrue(shown.contains("Bearer ey"), "a token of the other deployment: " + shown);
            assertFalse(shown.contains(tokens.access()), "the caller's token stays here");
            var line = pem.lines().toList().get(3);
            for (var said : List.of(published.body(), String.join("\n", here.console), answer.toString())) {
                assertFalse(said.contains(line), said);
            }
        }
        try (var without = Door.open(made("without", pem))) {
            assertEquals(404, without.web.get(without.origin + "/client-keys").status(), "who has no such key");
        }
    }
}
