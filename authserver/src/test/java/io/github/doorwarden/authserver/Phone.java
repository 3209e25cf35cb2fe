package io.github.doorwarden.authserver;

import static io.github.doorwarden.authserver.Visitor.body;
import static io.github.doorwarden.authserver.Visitor.form;
import static io.github.doorwarden.authserver.Visitor.html;

import io.github.doorwarden.http.Reply;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/// An authenticator app: it knows what stands on the page, and what time it is.
final class Phone {

    private static final Pattern KEY = Pattern.compile("<code>([A-Z2-7 ]+)</code>");
    private static final Pattern CODES = Pattern.compile("<li><code>([A-Z2-9-]+)</code></li>");

    private final byte[] secret;
    private final InstantSource clock;

    private Phone(byte[] secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /// Reads the key from the page that shows it.
    static Phone of(Reply page, InstantSource clock) {
        var key = KEY.matcher(html(page));
        if (!key.find()) {
            throw new AssertionError("no key on " + html(page));
        }
        return new Phone(decoded(key.group(1).replace(" ", "")), clock);
    }

    private static byte[] decoded(String base32) {
        var out = new ByteArrayOutputStream();
        var buffer = 0L;
        var bits = 0;
        for (var c : base32.toCharArray()) {
            buffer = buffer << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                out.write((int) (buffer >> bits));
            }
        }
        return out.toByteArray();
    }

    String code() {
        return code(0);
    }

    /// @param stepsOff from now
    String code(int stepsOff) {
        return Totp.code(secret, Totp.step(clock.instant()) + stepsOff);
    }

    /// Sets an app up on the account page of somebody who has just signed in.
    static Phone enrol(Visitor visitor, InstantSource clock) {
        var shown = visitor.send("/account/code", visitor.get("/account"));
        var phone = of(shown, clock);
        visitor.post("/account/code/confirm", body(form(shown, "/account/code/confirm"), "code", phone.code()));
        return phone;
    }

    static List<String> recoveryCodes(Reply page) {
        return CODES.matcher(html(page)).results().map(found -> found.group(1)).toList();
    }
}
