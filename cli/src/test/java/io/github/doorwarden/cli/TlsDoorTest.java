package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigMistakes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A deployment that speaks https itself.
class TlsDoorTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String[] WITH_TLS = {"server: {port: 0}",
        "server: {port: 0, tls: {certificate: tls/server.crt, key: tls/server.key}}"};

    @TempDir
    Path folder;
    private KeyStore keys;

    @BeforeEach
    void makeCertificate() throws Exception {
        var file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "s", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass",
                new String(PASSWORD), "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-keyalg", "EC",
                "-groupname",
                "secp256r1").redirectErrorStream(true).start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, made.waitFor(), said);
        keys = KeyStore.getInstance(file.toFile(), PASSWORD);
        Files.createDirectory(folder.resolve("tls"));
        pem("tls/server.crt", "CERTIFICATE", keys.getCertificate("s").getEncoded());
        pem("tls/server.key", "PRIVATE KEY", keys.getKey("s", PASSWORD).getEncoded());
    }

    private void pem(String file, String kind, byte[] bytes) throws IOException {
        Files.writeString(folder.resolve(file), "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder()
                .encodeToString(bytes) + "\n-----END " + kind + "-----\n");
    }

    @Test
    void everyUrlIsHttpsAndIsServed() throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("s", keys.getCertificate("s"));
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (var door = Door.open(folder, WITH_TLS); var client = HttpClient.newBuilder().sslContext(context).build()) {
            assertTrue(door.origin.startsWith("https://127.0.0.1:"), door.origin);
            var metadata = client.send(HttpRequest.newBuilder(
                    URI.create(door.origin + "/.well-known/oauth-protected-resource/notes")).build(),
                    BodyHandlers.ofString());
            assertEquals(200, metadata.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, metadata.version());
            assertTrue(metadata.body().contains("\"" + door.notes + "\""), metadata.body());
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundByTheCheck() throws Exception {
        try (var door = Door.open(folder, WITH_TLS)) {
            Files.writeString(folder.resolve("tls/server.key"), "nothing");
            var mistakes = assertThrows(ConfigMistakes.class, () -> Deployment.check(door.config(Map.of()))).mistakes();
            assertTrue(mistakes.getFirst().contains("openssl pkcs8"), mistakes.toString());
        }
    }
}
