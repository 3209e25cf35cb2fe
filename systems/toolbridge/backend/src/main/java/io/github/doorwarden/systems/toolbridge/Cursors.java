package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Where a list goes on, as text that only we can make and read. It is bound to the tenant and to the question: one of
/// another tenant's, or of other filters, is refused. Safe for use by many threads.
final class Cursors {

    private static final String SEPARATOR = "\u001f";

    private final Seal seal;

    Cursors(Seal seal) {
        this.seal = seal;
    }

    /// @param question everything that decides what is in the list, and in which order
    String write(String tenant, String question, List<String> position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.seal(purpose(tenant, question),
                String.join(SEPARATOR, position).getBytes(StandardCharsets.UTF_8)));
    }

    List<String> read(String tenant, String question, String cursor) {
        return open(tenant, question, cursor).orElseThrow(() -> Problem.invalid("This cursor is none of this list's: "
                + "it comes from an answer with other filters, from another organisation, or was changed. Begin "
                + "without a cursor."));
    }

    private Optional<List<String>> open(String tenant, String question, String cursor) {
        try {
            return seal.unseal(purpose(tenant, question), Base64.getUrlDecoder().decode(cursor))
                    .map(plain -> List.of(new String(plain, StandardCharsets.UTF_8).split(SEPARATOR, -1)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static String purpose(String tenant, String question) {
        return "cursor" + SEPARATOR + tenant + SEPARATOR + Digests.sha256(question);
    }
}
