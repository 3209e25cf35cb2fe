package io.github.doorwarden.authserver;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A file that pages load: its address changes with its content, so browsers may keep it for good.
///
/// @param tag of the content
record Asset(Reply reply, String tag) {

    static Asset of(String name, String mediaType) {
        try (var in = Asset.class.getResourceAsStream(name)) {
            var bytes = in.readAllBytes();
            var tag = Hashes.sha256Base64Url(new String(bytes, StandardCharsets.UTF_8)).substring(0, 16);
            return new Asset(new Reply(200, Headers.NONE, bytes).with("Content-Type", mediaType)
                    .with("Cache-Control", "public, max-age=" + BrowserLimits.ASSET.toSeconds() + ", immutable")
                    .with("ETag", '"' + tag + '"'), tag);
        } catch (IOException e) {
            throw new IllegalStateException("The file " + name + " is not on the class path.", e);
        }
    }
}
