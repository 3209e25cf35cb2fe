package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What somebody else's token, ID token, user information or introspection answer says, read without trust: each claim
/// as a list of texts, whether it was one text, a list, a number or a flag; what is nested is left out. Immutable.
public final class Claims {

    /// Nothing is known.
    public static final Claims NONE = new Claims(Map.of(), Map.of(), Set.of());

    private final Map<String, List<String>> all;
    private final Map<String, String> confirmation;
    private final Set<String> nested;

    private Claims(Map<String, List<String>> all, Map<String, String> confirmation, Set<String> nested) {
        this.all = all;
        this.confirmation = confirmation;
        this.nested = nested;
    }

    public static Claims of(JsonNode json) {
        var all = new LinkedHashMap<String, List<String>>();
        var nested = new LinkedHashSet<String>();
        json.properties().forEach(claim -> {
            all.put(claim.getKey(), texts(claim.getValue()));
            if (claim.getValue().isObject() || claim.getValue().valueStream().anyMatch(JsonNode::isContainer)) {
                nested.add(claim.getKey());
            }
        });
        var confirmation = new LinkedHashMap<String, String>();
        json.path("cnf").properties().forEach(way -> confirmation.put(way.getKey(), way.getValue().asString("")));
        return new Claims(Map.copyOf(all), Map.copyOf(confirmation), Set.copyOf(nested));
    }

    /// In which ways the token is bound to its holder, and to what (RFC 7800 §3.1).
    Map<String, String> confirmation() {
        return confirmation;
    }

    private static List<String> texts(JsonNode value) {
        if (value.isArray()) {
            var texts = new ArrayList<String>();
            for (var each : value) {
                if (each.isValueNode() && !each.isNull() && texts.size() < Limits.CLAIM_VALUES) {
                    texts.add(each.asString());
                }
            }
            return List.copyOf(texts);
        }
        return value.isValueNode() && !value.isNull() ? List.of(value.asString()) : List.of();
    }

    /// The claim's only value; empty when it has none or several.
    public Optional<String> one(String name) {
        var values = all(name);
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(text -> !text.isEmpty()) : Optional.empty();
    }

    public List<String> all(String name) {
        return all.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return all.containsKey(name);
    }

    /// Whether the claim says more than its texts, in what is nested.
    boolean isNested(String name) {
        return nested.contains(name);
    }

    /// Words of the claim: `scope` is one text with blanks between them, or a list.
    Set<String> words(String name) {
        var words = new LinkedHashSet<String>();
        all(name).forEach(text -> words.addAll(List.of(text.strip().split("\\s+"))));
        words.remove("");
        return words;
    }

    /// A NumericDate (RFC 7519 §2); empty also for what is none.
    public Optional<Instant> time(String name) {
        return one(name).flatMap(text -> {
            try {
                return Optional.of(Instant.ofEpochSecond((long) Double.parseDouble(text)));
            } catch (RuntimeException notATime) {
                return Optional.empty();
            }
        });
    }

    /// The e-mail address, when somebody stands for it: the provider by `email_verified`, which speaks of `email` alone
    /// (OpenID Connect Core §5.1), or the operator. Never one that the provider calls unverified.
    ///
    /// @param vouched whether the operator knows that the provider lets people have no address that it has not checked
    public Optional<String> email(String claim, boolean vouched) {
        var verified = one("email_verified").equals(Optional.of("true"));
        var said = has("email_verified");
        return verified && claim.equals("email") || vouched && (verified || !said) ? one(claim) : Optional.empty();
    }

    @Override
    public String toString() {
        return "Claims" + all.keySet();
    }
}
