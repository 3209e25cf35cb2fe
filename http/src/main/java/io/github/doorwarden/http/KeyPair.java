package io.github.doorwarden.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// A certificate chain and the private key that belongs to its first certificate: proven when it was read.
final class KeyPair {

    /// A chain of four certificates with large keys has a tenth of this.
    private static final int FILE_BYTES = 256 * 1024;
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};
    private static final byte[] SAMPLE = {1};

    private final X509Certificate[] chain;
    private final PrivateKey key;

    private KeyPair(X509Certificate[] chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /// @throws IllegalArgumentException with a sentence for the operator
    static KeyPair read(TlsFiles files) {
        return of(files, bytes(files.certificate(), "certificate"), bytes(files.key(), "key"));
    }

    static byte[] bytes(Path file, String what) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(FILE_BYTES + 1);
            if (bytes.length > FILE_BYTES) {
                throw new IllegalArgumentException("The TLS " + what + " in " + file + " is larger than " + FILE_BYTES
                        + " bytes: that is another file.");
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("The TLS " + what + " cannot be read: " + unreadable
                    + ". Check the path, and that the user who runs this server may read the file.", unreadable);
        }
    }

    static KeyPair of(TlsFiles files, byte[] certificates, byte[] key) {
        var chain = chain(files.certificate(), certificates);
        var secret = key(files.key(), new String(key, StandardCharsets.ISO_8859_1));
        if (!belong(chain[0].getPublicKey(), secret)) {
            throw new IllegalArgumentException("The TLS key in " + files.key()
                    + " does not belong to the first certificate in " + files.certificate()
                    + ". Put the server's own certificate first, and the key that it was requested with.");
        }
        return new KeyPair(chain, secret);
    }

    private static X509Certificate[] chain(Path file, byte[] pem) {
        try {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (!all.isEmpty()) {
                return all.toArray(X509Certificate[]::new);
            }
        } catch (GeneralSecurityException | ArrayStoreException notCertificates) {
            // the same sentence
        }
        throw new IllegalArgumentException("There is no whole certificate chain in " + file
                + ". It must hold PEM blocks that begin with -----BEGIN CERTIFICATE-----, the server's own first.");
    }

    private static PrivateKey key(Path file, String pem) {
        var block = PRIVATE_KEY.matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException(
                    "There is no whole unencrypted PKCS#8 key (-----BEGIN PRIVATE KEY-----) in "
                    + file + ". Convert another kind by: openssl pkcs8 -topk8 -nocrypt -in <yours> -out <new file>");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException notBase64) {
            bytes = new byte[0];
        }
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (GeneralSecurityException another) {
                // the next one
            }
        }
        throw new IllegalArgumentException("The key in " + file + " cannot be read. It must be of the kind RSA, EC or "
                + "Ed25519, whole and as PEM.");
    }

    /// Signs with the one, verifies with the other.
    private static boolean belong(PublicKey open, PrivateKey secret) {
        var algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> secret.getAlgorithm();
        };
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(SAMPLE);
            var signed = signature.sign();
            signature.initVerify(open);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }

    /// In memory; without a password, because nobody else sees it.
    KeyStore store() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("server", key, NO_PASSWORD, chain);
            return store;
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("A key store in memory cannot fail", broken);
        }
    }

    Instant end() {
        return chain[0].getNotAfter().toInstant();
    }

    Instant begin() {
        return chain[0].getNotBefore().toInstant();
    }

    /// Whose certificate it is, for the log.
    String name() {
        return chain[0].getSubjectX500Principal().getName();
    }
}
