package io.github.doorwarden.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates for `127.0.0.1` and `localhost`, made by the JDK's keytool, as the PEM files that operators have.
final class Certificates {

    /// Inside the time of every certificate made here.
    static final InstantSource NOW = InstantSource.fixed(Instant.parse("2026-06-15T00:00:00Z"));

    private static final char[] PASSWORD = "changeit".toCharArray();

    /// @param certificate the file's text
    /// @param key         the file's text
    record Pem(String certificate, String key, Certificate trusted) {

        TlsFiles in(Path folder) {
            return in(folder, NOW);
        }

        TlsFiles in(Path folder, InstantSource clock) {
            var files = new TlsFiles(folder.resolve("server.crt"), folder.resolve("server.key"), clock);
            write(files.certificate(), certificate);
            write(files.key(), key);
            return files;
        }

        /// A client that trusts this certificate and no other.
        SSLContext client() {
            try {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setCertificateEntry("server", trusted);
                var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                var context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException | IOException broken) {
                throw new IllegalStateException(broken);
            }
        }
    }

    private Certificates() {}

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Valid from 2026 on, longer than this code will live.
    ///
    /// @param options of keytool: the kind of the key
    static Pem make(String... options) {
        try {
            var file = Files.createTempDirectory("keys").resolve("keys.p12");
            var command = new java.util.ArrayList<>(java.util.List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "s",
                    "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-dname",
                    "CN=localhost", "-ext", "san=ip:127.0.0.1,dns:localhost", "-startdate", "2026/01/01 00:00:00",
                    "-validity", "10000"));
            command.addAll(java.util.List.of(options));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            var store = KeyStore.getInstance(file.toFile(), PASSWORD);
            var certificate = store.getCertificate("s");
            Files.delete(file);
            return new Pem(pem("CERTIFICATE", certificate.getEncoded()),
                    pem("PRIVATE KEY", store.getKey("s", PASSWORD).getEncoded()), certificate);
        } catch (IOException | GeneralSecurityException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }
}
