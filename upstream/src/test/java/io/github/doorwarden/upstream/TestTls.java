package io.github.doorwarden.upstream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A throw-away certificate, made by the JDK's own keytool.
final class TestTls {

    private TestTls() {}

    /// Serves as this name and trusts itself alone.
    static SSLContext contextFor(String name, Path folder) throws Exception {
        var file = folder.resolve("keys.p12");
        var password = "throw-away";
        var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:" + name, "-storetype",
                        "PKCS12",
                "-keystore", file.toString(), "-storepass", password).redirectErrorStream(true).start();
        var said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, password.toCharArray());
        }
        var ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(keys, password.toCharArray());
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        var context = SSLContext.getInstance("TLS");
        context.init(ours.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
