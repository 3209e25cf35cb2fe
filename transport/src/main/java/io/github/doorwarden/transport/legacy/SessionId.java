package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.transport.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// What a session id says, sealed: what was negotiated, with whom, and when (2025-11-25, Transports, Session
/// management). So nothing is kept for it, and every node that has the master key can serve it. Immutable.
///
/// @param declared what the client can do, as [Declared] packs it
/// @param caller   whom it was given to, as [#who] names callers
/// @param issued   to the second
/// @param serial   128 random bits in hexadecimal, which tell it from every other
record SessionId(Revision revision, int declared, String caller, Instant issued, String serial) {

    private static final byte FORMAT = 1;
    private static final int WHO_BYTES = 16;
    private static final int SERIAL_BYTES = 16;
    private static final int BYTES = 1 + 1 + 2 + 8 + WHO_BYTES + SERIAL_BYTES;
    private static final HexFormat HEX = HexFormat.of();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String NOBODY = who(Caller.anonymous());

    static SessionId issue(Revision revision, int declared, Caller caller, Instant now) {
        var serial = new byte[SERIAL_BYTES];
        RANDOM.nextBytes(serial);
        return new SessionId(revision, declared, who(caller), Instant.ofEpochSecond(now.getEpochSecond()),
                HEX.formatHex(serial));
    }

    /// Names a caller across requests and tokens: a refreshed token is the same caller.
    static String who(Caller caller) {
        var text = caller.kind() + "\n" + caller.clientId() + "\n" + caller.subject();
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HEX.formatHex(Arrays.copyOf(hash, WHO_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }

    /// Whether this caller may use it. What was given to nobody in particular is good for whoever has it: a client that
    /// opens an endpoint without a token signs in later and goes on.
    boolean isFor(Caller user) {
        return caller.equals(NOBODY) || caller.equals(who(user));
    }

    Instant expires() {
        return issued.plus(Limits.SESSION_LIFE);
    }

    /// As it goes over the wire: 144 characters of `0-9 a-f`.
    ///
    /// @param endpoint the path; good there alone
    String sealed(Seal seal, String endpoint) {
        var plain = ByteBuffer.allocate(BYTES).put(FORMAT).put((byte) revision.ordinal()).putShort((short) declared)
                .putLong(issued.getEpochSecond()).put(HEX.parseHex(caller)).put(HEX.parseHex(serial));
        return HEX.formatHex(seal.seal(plain.array(), endpoint.getBytes(StandardCharsets.UTF_8)));
    }

    /// Empty for everything that [#sealed] did not make there. Dashes do not count: a proxy is known that takes them
    /// away, and another that puts them in.
    static Optional<SessionId> open(String text, Seal seal, String endpoint) {
        if (text.length() > Limits.SESSION_ID_CHARS) {
            return Optional.empty();
        }
        try {
            return seal.open(HEX.parseHex(text.replace("-", "")), endpoint.getBytes(StandardCharsets.UTF_8))
                    .filter(plain -> plain.length == BYTES && plain[0] == FORMAT).map(SessionId::read);
        } catch (IllegalArgumentException notHexadecimal) {
            return Optional.empty();
        }
    }

    private static SessionId read(byte[] plain) {
        var in = ByteBuffer.wrap(plain);
        in.get();
        var revision = Revision.values()[in.get()];
        var declared = in.getShort();
        var issued = Instant.ofEpochSecond(in.getLong());
        var caller = new byte[WHO_BYTES];
        var serial = new byte[SERIAL_BYTES];
        in.get(caller).get(serial);
        return new SessionId(revision, declared, HEX.formatHex(caller), issued, HEX.formatHex(serial));
    }
}
