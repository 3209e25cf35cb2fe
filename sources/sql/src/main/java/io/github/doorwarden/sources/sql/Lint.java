package io.github.doorwarden.sources.sql;

import io.github.doorwarden.sources.sql.Scanner.Word;
import java.util.List;
import java.util.Set;

/// What a statement may be, by its words: a help for whoever writes it, never the boundary. That is the database's own
/// ([Privileges], [Transactions]): a function that a query calls may do anything that the role may do.
final class Lint {

    private static final Set<String> QUERIES = Set.of("SELECT", "WITH", "VALUES", "TABLE", "SHOW");
    private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE");
    private static final Set<String> CALLS = Set.of("CALL", "EXEC", "EXECUTE");

    private Lint() {}

    /// @throws IllegalArgumentException with a clause that goes on after the name of the key
    static void check(List<Word> words, boolean write) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("has no word of SQL. Write a query, such as select id, name from things "
                    + "where id = :id.");
        }
        var first = words.getFirst().upper();
        if (write) {
            if (!CHANGES.contains(first) && !CALLS.contains(first) && !QUERIES.contains(first)) {
                throw new IllegalArgumentException("begins with " + first + ". A tool with write: true is an INSERT, "
                        + "UPDATE, DELETE, MERGE, REPLACE or CALL, or a query of a function that changes something; "
                        + "transactions, schemas and grants are no tool's.");
            }
            return;
        }
        if (CHANGES.contains(first) || CALLS.contains(first)) {
            throw changes(first);
        }
        if (!QUERIES.contains(first)) {
            throw new IllegalArgumentException("begins with " + first + ", which is no query. Begin with SELECT, WITH, "
                    + "VALUES, TABLE or SHOW.");
        }
        for (var i = 0; i < words.size(); i++) {
            var word = words.get(i);
            var next = i + 1 < words.size() ? words.get(i + 1) : new Word("", ' ');
            if (CHANGES.contains(word.upper()) && (word.after() == '(' || word.after() == ')')
                    && !word.upper().equals("REPLACE")) {
                throw changes(word.upper());
            }
            if (word.upper().equals("INTO")) {
                throw changes("INTO");
            }
            if (word.upper().equals("FOR") && next.after() == 'a'
                    && Set.of("UPDATE", "SHARE", "NO", "KEY").contains(next.upper())) {
                throw new IllegalArgumentException("locks rows (FOR " + next.upper() + "), which a query of a tool has "
                        + "no use for: its transaction ends with the answer. Leave it out.");
            }
        }
    }

    private static IllegalArgumentException changes(String word) {
        return new IllegalArgumentException("changes something (" + word + "). Set write: true on the tool and "
                + "allow_writes: true on the source, or write a query. A column of that name is to be quoted.");
    }
}
