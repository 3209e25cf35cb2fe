package io.github.doorwarden.sources.openapi;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Names of tools for operations that nobody named: the operationId as far as clients take it, otherwise of method and
/// path (`get_users_by_id`). What is too long, or the same for several, ends with a part of the hash of method and
/// path. They depend on the whole document and not on what of it is included.
final class ToolNames {

    private static final int HASH_DIGITS = 8;

    private ToolNames() {}

    /// @param prefix before each of them; may be empty
    /// @param taken  names of tools that were named by hand
    static Map<Operation, String> of(List<Operation> operations, String prefix, Set<String> taken) {
        var wanted = new HashMap<Operation, String>();
        var count = new HashMap<String, Integer>();
        for (var operation : operations) {
            var name = prefix + plain(operation);
            wanted.put(operation, name);
            count.merge(name, 1, Integer::sum);
        }
        wanted.replaceAll((operation, name) -> name.length() > Limits.COMFORTABLE_NAME_CHARACTERS
                || count.get(name) > 1 || taken.contains(name) ? hashed(name, operation) : name);
        return wanted;
    }

    private static String hashed(String name, Operation operation) {
        var room = Limits.COMFORTABLE_NAME_CHARACTERS - HASH_DIGITS - 1;
        return name.substring(0, Math.min(name.length(), room)).replaceAll("_+$", "") + "_"
                + PropertyNames.hash(operation.address(), HASH_DIGITS);
    }

    private static String plain(Operation operation) {
        var id = slug(operation.id());
        return id.isEmpty() ? ofPath(operation) : id;
    }

    private static String ofPath(Operation operation) {
        var words = new StringBuilder(operation.method().toLowerCase(Locale.ROOT));
        for (var segment : operation.path().split("/")) {
            if (!segment.isEmpty()) {
                var hole = segment.startsWith("{") && segment.endsWith("}");
                words.append(hole ? "_by_" + segment.substring(1, segment.length() - 1) : "_" + segment);
            }
        }
        var name = slug(words.toString()).replaceAll("_{2,}", "_");
        return name.equals(operation.method().toLowerCase(Locale.ROOT)) ? name + "_root" : name;
    }

    private static String slug(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]+", "_").replaceAll("^[_-]+|[_-]+$", "");
    }
}
