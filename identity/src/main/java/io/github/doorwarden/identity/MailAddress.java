package io.github.doorwarden.identity;

/// E-mail addresses, as they are held against lists of them. Pure.
public final class MailAddress {

    private MailAddress() {}

    /// In small letters of ASCII; others stay as they are, of which some become ASCII where case is folded (U+212A is
    /// one k), and so another address.
    public static String plain(String email) {
        return email.strip().chars().map(c -> c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append).toString();
    }
}
