package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client's id may be the URL of its metadata document: nobody may make this server call an address of its own
/// network, this machine or a cloud's metadata service by it.
class DocumentAttackTest {

    private static final List<String> ELSEWHERE = List.of("https://10.0.0.1/c", "https://192.168.1.1/c",
            "https://172.16.0.1/c", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/c",
            "https://198.18.0.1/c", "https://[fc00::1]/c", "https://[fe80::1]/c", "https://[::ffff:10.0.0.1]/c",
            "https://[64:ff9b::a00:1]/c", "https://[2002:a00:1::]/c", "https://0.0.0.0/c", "https://240.0.0.1/c",
            "https://224.0.0.1/c", "https://255.255.255.255/c", "https://192.0.2.1/c", "http://example.com/c",
            "https://user@example.com/c", "https://example.com/a/../c", "https://example.com/%2e%2e/c",
            "https://example.com/c#f", "https://example.com", "https://example.com\\@10.0.0.1/c");

    /// @param port of a server on this machine
    private static List<String> here(int port) {
        var all = new ArrayList<String>();
        for (var host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.2", "127.1",
                "2130706433",
                "0x7f000001", "0.0.0.0", "[::]", "localhost.", "017700000001")) {
            all.add("https://" + host + ":" + port + "/client.json");
            all.add("http://" + host + ":" + port + "/client.json");
        }
        return all;
    }

    private static Answer authorize(Door door, Browser browser, String clientId) {
        return browser.get(new Agent(door.web, door.origin, door.notes, clientId, "http://127.0.0.1:9/callback")
                .authorizeUrl(""));
    }

    private static void refused(Answer answer, String clientId) {
        assertEquals(400, answer.status(), clientId);
        assertTrue(answer.header("Location").isEmpty(), clientId);
        assertTrue(answer.html(), clientId);
    }

    @Test
    @Covers({"T12", "AS-58"})
    void inProductionNothingOfThisNetworkIsEvenConnectedTo(@TempDir Path folder) throws IOException {
        try (var door = Door.open(folder, "development: true", "development: false",
                "  demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]\n",
                "")) {
            var browser = door.signedIn();
            try (var trap = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                for (var id : here(trap.getLocalPort())) {
                    refused(authorize(door, browser, id), id);
                }
                trap.setSoTimeout(1);
                assertThrows(SocketTimeoutException.class, trap::accept, "this machine was called");
            }
            for (var id : ELSEWHERE) {
                refused(authorize(door, browser, id), id);
            }
        }
    }

    @Test
    @Covers({"T12", "AS-55", "AS-58"})
    void inDevelopmentThisMachineAloneIsCalledAndOnlyForWhoIsSignedIn(@TempDir Path folder) {
        try (var door = Door.open(folder)) {
            var id = door.backend.url() + "/client.json";
            door.backend.clientDocument = document(id);
            assertTrue(Browser.has(authorize(door, door.browser(), id), "/login"));
            assertEquals(List.of(), door.backend.requests, "fetched for a stranger");

            var browser = door.signedIn();
            var page = authorize(door, browser, id).expect(200);
            assertTrue(Browser.has(page, "/consent"), page::toString);
            assertTrue(page.body().contains("A client by document") && page.body().contains("127.0.0.1"),
                    page::toString);
            assertEquals(1, door.backend.requests.size());
            for (var other : ELSEWHERE) {
                refused(authorize(door, browser, other), other);
            }
            refused(authorize(door, browser, id + "?other"), "a document that names another id");
        }
    }

    private static String document(String id) {
        return "{\"client_id\":\"" + id + "\",\"client_name\":\"A client by document\",\"redirect_uris\":"
                + "[\"http://127.0.0.1/callback\"],\"token_endpoint_auth_method\":\"none\"}";
    }
}
