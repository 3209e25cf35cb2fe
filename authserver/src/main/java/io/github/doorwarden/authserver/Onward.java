package io.github.doorwarden.authserver;

/// Where a person goes on after one of our own pages: always to our own `/authorize`, with the query that it was asked
/// with.
///
/// Whoever comes that way comes from the same origin, but only because we sent them; so the query is marked, and a
/// marked request is never answered from memory: the person sees the consent page (T4).
final class Onward {

    /// Names of parameters that no client sends begin so.
    static final String OURS = "doorwarden_";
    private static final String MARK = OURS + "ask";
    private static final String MARKED = MARK + "=1";

    private Onward() {}

    /// @param query as it came, undecoded; empty: nothing was under way
    static String path(String query) {
        if (query.isEmpty() || !query.matches("[\\x21-\\x7E]+")) {
            return BrowserSide.LOGIN;
        }
        var marked = ("&" + query).contains("&" + MARKED);
        return BrowserSide.AUTHORIZE + "?" + query + (marked ? "" : "&" + MARKED);
    }

    static boolean marked(Params params) {
        return params.values().containsKey(MARK);
    }

    /// A path of ours with the request under way behind it.
    static String with(String path, String query) {
        return query.isEmpty() ? path : path + "?" + query;
    }
}
