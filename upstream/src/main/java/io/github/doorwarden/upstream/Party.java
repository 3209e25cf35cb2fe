package io.github.doorwarden.upstream;

/// For whom a call is made, as a backend is told it under a signature.
///
/// @param tenant organisation; never empty
/// @param user   subject of the person or service; empty when that is not told
public record Party(String tenant, String user) {

    public Party {
        if (tenant.isEmpty() || !isValue(tenant) || !user.isEmpty() && !isValue(user)) {
            throw new IllegalArgumentException("A tenant, and who acts for it, have 1 to "
                    + Limits.SIGNED_VALUE_CHARACTERS + " characters of visible ASCII.");
        }
    }

    /// Whether it can stand in a header field and a signed line: nothing that could end either.
    static boolean isValue(String text) {
        return text.length() <= Limits.SIGNED_VALUE_CHARACTERS && text.matches("[!-~]+( [!-~]+)*");
    }
}
