package io.github.doorwarden.client.oauth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1).
///
/// @param scheme     in lower case
/// @param token68    the one word after the scheme, where there is one instead of parameters; else empty
/// @param parameters names in lower case; of a name that comes twice the first counts
public record Challenge(String scheme, String token68, Map<String, String> parameters) {

    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /// Reads all fields of an answer. What cannot be read ends the field it stands in: what came before it counts.
    public static List<Challenge> parse(List<String> fields) {
        var all = new ArrayList<Challenge>();
        for (var field : fields) {
            if (field.length() <= Limits.CHALLENGE_CHARS) {
                new Reader(field).read(all);
            }
        }
        return all.stream().limit(Limits.CHALLENGES).toList();
    }

    /// The challenges that speak of OAuth.
    static List<Challenge> oauth(Map<String, List<String>> headers) {
        return parse(headers.getOrDefault("www-authenticate", List.of())).stream()
                .filter(one -> one.scheme.equals("bearer") || one.scheme.equals("dpop")).toList();
    }

    /// The first value of a parameter among several challenges.
    static Optional<String> first(List<Challenge> challenges, String name) {
        return challenges.stream().flatMap(one -> one.parameter(name).stream()).findFirst();
    }

    /// A word by word reading, because commas part parameters as well as challenges.
    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void read(List<Challenge> all) {
            while (separators() && all.size() < Limits.CHALLENGES) {
                var scheme = token();
                if (scheme.isEmpty()) {
                    return;
                }
                if (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '\t'
                        && text.charAt(at) != ',') {
                    return;
                }
                blanks();
                var token68 = token68();
                var parameters = new LinkedHashMap<String, String>();
                var whole = !token68.isEmpty() || parameters(parameters);
                all.add(new Challenge(scheme.toLowerCase(Locale.ROOT), token68, parameters));
                if (!whole) {
                    return;
                }
            }
        }

        /// @return whether anything is left behind the commas
        private boolean separators() {
            while (at < text.length() && " \t,".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length();
        }

        private void blanks() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private String token() {
            var from = at;
            while (at < text.length() && isTokenChar(text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        private static boolean isTokenChar(char c) {
            return c > ' ' && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }

        /// A word that is followed by a comma or by nothing: `a=` at the end is one, `a=b` is not.
        private String token68() {
            var from = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) && text.charAt(at) < 128
                    || "-._~+/".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            var end = at;
            while (at < text.length() && text.charAt(at) == '=') {
                at++;
            }
            var word = text.substring(from, at);
            blanks();
            if (end > from && (at == text.length() || text.charAt(at) == ',')) {
                return word;
            }
            at = from;
            return "";
        }

        /// Parameters until a word that none follows: that is the next scheme.
        ///
        /// @return false when something cannot be read
        private boolean parameters(Map<String, String> into) {
            while (separators()) {
                var from = at;
                var name = token();
                blanks();
                if (name.isEmpty()) {
                    return false;
                }
                if (at == text.length() || text.charAt(at) != '=') {
                    at = from;
                    return true;
                }
                at++;
                blanks();
                var value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                if (value == null) {
                    return false;
                }
                into.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
                if (into.size() > Limits.CHALLENGES) {
                    return false;
                }
                blanks();
                if (at < text.length() && text.charAt(at) != ',') {
                    return false;
                }
            }
            return true;
        }

        /// @return null when the closing quotation mark is missing
        private String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                var c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && at + 1 < text.length()) {
                    c = text.charAt(++at);
                }
                value.append(c);
            }
            return null;
        }
    }
}
