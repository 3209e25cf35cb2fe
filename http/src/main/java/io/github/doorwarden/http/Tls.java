package io.github.doorwarden.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's side of TLS (RFC 8446, RFC 5246; cipher suites after RFC 9325 §4.2 and RFC 9113 §9.2.2), and the
/// certificate of today: the files are looked at every few seconds, and new connections use what was found. A pair that
/// cannot be used changes nothing.
final class Tls extends AbstractLifeCycle implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private final Server server;
    private final TlsFiles files;
    private byte[] certificate;
    private byte[] key;
    private KeyPair used;
    private String refusal = "";
    private boolean refusalTold;
    private long warnedDays = Long.MAX_VALUE;

    /// @throws IllegalArgumentException when the files are not a pair, with a sentence for the operator
    Tls(Server server, TlsFiles files) {
        this.server = server;
        this.files = files;
        certificate = KeyPair.bytes(files.certificate(), "certificate");
        key = KeyPair.bytes(files.key(), "key");
        used = KeyPair.of(files, certificate, key);
        context.setKeyStore(used.store());
        context.setKeyStorePassword("");
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setExcludeCipherSuites();
        context.setIncludeCipherSuites("TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*",
                "TLS_ECDHE_.*_CHACHA20_.*");
        context.setRenegotiationAllowed(false);
        LOG.info("TLS certificate of {}, valid until {}", used.name(), used.end());
        tellAboutItsTime();
    }

    SslContextFactory.Server context() {
        return context;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    private void schedule() {
        server.getScheduler().schedule(() -> server.getThreadPool().execute(this),
                Limits.CERTIFICATE_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        try {
            look();
        } finally {
            if (isRunning()) {
                schedule();
            }
        }
    }

    /// Looks at the files now. What is found unusable is looked at once more before anybody is told: two files cannot
    /// be written at one moment.
    synchronized void look() {
        try {
            var newCertificate = KeyPair.bytes(files.certificate(), "certificate");
            var newKey = KeyPair.bytes(files.key(), "key");
            if (!Arrays.equals(newCertificate, certificate) || !Arrays.equals(newKey, key)) {
                use(newCertificate, newKey);
            }
            refusal = "";
        } catch (IllegalArgumentException unusable) {
            refuse(unusable.getMessage());
        }
        tellAboutItsTime();
    }

    private void use(byte[] newCertificate, byte[] newKey) {
        var pair = KeyPair.of(files, newCertificate, newKey);
        try {
            context.reload(changed -> changed.setKeyStore(pair.store()));
        } catch (Exception failed) {
            throw new IllegalArgumentException("The new TLS certificate cannot be used: " + failed.getMessage(),
                    failed);
        }
        certificate = newCertificate;
        key = newKey;
        used = pair;
        warnedDays = Long.MAX_VALUE;
        LOG.info("New TLS certificate of {}, for new connections", pair.name());
    }

    private void refuse(String why) {
        if (!why.equals(refusal)) {
            refusal = why;
            refusalTold = false;
        } else if (!refusalTold) {
            refusalTold = true;
            LOG.warn("{} The certificate of before stays in use; it ends on {}.", why, used.end());
        }
    }

    /// A warning a day towards the end, and after it.
    private void tellAboutItsTime() {
        var now = files.clock().instant();
        var days = Duration.between(now, used.end()).toDays();
        if (days >= Limits.CERTIFICATE_WARNING.toDays() && used.begin().isBefore(now) || days >= warnedDays) {
            return;
        }
        warnedDays = days;
        if (used.begin().isAfter(now)) {
            LOG.warn("The TLS certificate of {} is not valid before {}: clients will refuse it. Check this machine's "
                    + "clock, "
                    + "or put the right certificate into {}.", used.name(), used.begin(), files.certificate());
        } else if (used.end().isBefore(now)) {
            LOG.warn("The TLS certificate of {} ended on {}: clients refuse it. Put a new one into {}; no restart is "
                    + "needed.", used.name(), used.end(), files.certificate());
        } else {
            LOG.warn("The TLS certificate of {} ends on {}, in {} days. Put a new one into {}; no restart is needed.",
                    used.name(), used.end(), days, files.certificate());
        }
    }
}
