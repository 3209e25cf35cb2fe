package io.github.doorwarden.cli;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Somebody's authenticator app (RFC 6238). A code is good once, and those of the steps before and after now are taken
/// too, so there are three without waiting: each call of [#code] gives the next one.
public final class Authenticator {

    private final byte[] secret;
    private long step = Instant.now().getEpochSecond() / 30 - 1;

    private Authenticator(String base32) {
        var bits = base32.chars().mapToObj(c -> "%5s".formatted(Integer.toBinaryString(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c))).replace(' ', '0')).collect(Collectors.joining());
        secret = new byte[bits.length() / 8];
        for (var i = 0; i < secret.length; i++) {
            secret[i] = (byte) Integer.parseInt(bits.substring(i * 8, i * 8 + 8), 2);
        }
    }

    /// @param base32 what the account page shows, without blanks
    public static Authenticator of(String base32) {
        return new Authenticator(base32);
    }

    /// On the account page of whoever has signed in in the browser.
    static Authenticator enrolled(Browser browser) {
        var begin = Browser.form(browser.get("/account"), "/account/code");
        var shown = browser.post(begin.action(), begin.hidden()).expect(200);
        var app = new Authenticator(Pattern.compile("<code>([A-Z2-7 ]+)</code>").matcher(shown.body()).results()
                .findFirst().orElseThrow().group(1).replace(" ", ""));
        var confirm = Browser.form(shown, "/account/code/confirm");
        browser.post(confirm.action(), confirm.with("code", app.code())).expect(200);
        return app;
    }

    public String code() {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            var hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step++).array());
            return "%06d".formatted((ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 15) & 0x7fffffff)
                    % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
