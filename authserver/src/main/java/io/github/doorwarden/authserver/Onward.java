package io.github.doorwarden.authserver;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// Where a person goes on after one of our own pages: to our own `/authorize` with the query that it was asked with, or
/// to one of the few other pages that somebody may want to sign in for. Never anywhere else.
///
/// Whoever comes to `/authorize` that way comes from the same origin, but only because we sent them; so the query is
/// marked, and a marked request is never answered from memory: the person sees the consent page (T4). Whoever has just
/// signed in for a request carries a proof of that, which their new session alone can make.
final class Onward {

    /// Names of parameters that no client sends begin so.
    static final String OURS = "doorwarden_";
    private static final String MARK = OURS + "ask";
    private static final String MARKED = MARK + "=1";
    private static final String PROOF = "doorwarden_in";
    private static final String TO = "doorwarden_to=";

    private Onward() {}

    /// @param query as it came, undecoded; empty: nothing was under way, so the account
    static String path(String query) {
        return path(query, "");
    }

    /// @param proof that somebody has just signed in for it; empty: none
    static String path(String query, String proof) {
        if (query.isEmpty() || !query.matches("[\\x21-\\x7E]+")) {
            return BrowserSide.ACCOUNT;
        }
        if (query.startsWith(TO)) {
            return page(query.substring(TO.length()));
        }
        return BrowserSide.AUTHORIZE + "?" + bare(query) + "&" + MARKED + (proof.isEmpty() ? "" : "&" + PROOF + "="
                + proof);
    }

    private static String page(String wanted) {
        var more = wanted.indexOf('&');
        var name = more < 0 ? wanted : wanted.substring(0, more);
        var rest = more < 0 ? "" : wanted.substring(more + 1);
        if (name.equals("connect") && ConnectLinks.wellFormed(rest)) {
            return BrowserSide.CONNECT + rest;
        }
        if (name.equals("figures")) {
            return with(BrowserSide.FIGURES, rest);
        }
        return name.equals("device") ? with(BrowserSide.DEVICE, rest)
                : BrowserSide.ACCOUNT;
    }

    /// The query that leads to the device page, with what it was asked with.
    static String toDevice(String query) {
        return TO + "device" + (query.isEmpty() ? "" : "&" + query);
    }

    /// The query that leads to the figures, with what they were asked with.
    static String toFigures(String query) {
        return TO + "figures" + (query.isEmpty() ? "" : "&" + query);
    }

    /// The query that leads to connecting an account.
    static String toConnect(String handle) {
        return TO + "connect&" + handle;
    }

    /// Without what we added.
    static String bare(String query) {
        return Arrays.stream(query.split("&")).filter(pair -> !pair.equals(MARKED) && !pair.startsWith(PROOF + "="))
                .collect(Collectors.joining("&"));
    }

    static boolean marked(Params params) {
        return params.values().containsKey(MARK);
    }

    static Optional<String> proof(Params params) {
        return params.one(PROOF);
    }

    /// A path of ours with the request under way behind it.
    static String with(String path, String query) {
        return query.isEmpty() ? path : path + "?" + query;
    }
}
