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
            counted(words);
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
            var next = i + 1 < words.size() ? words.get(i + 1) : new Word("", ' ', 0);
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

    /// Of a query, what it returns is counted; what changes in its WITH would be changed uncounted.
    private static void counted(List<Word> words) {
        var outer = words.getFirst().depth();
        var verb = words.stream().filter(word -> word.depth() == outer && !word.upper().equals("WITH")
                && (QUERIES.contains(word.upper()) || CHANGES.contains(word.upper()))).findFirst();
        if (verb.isEmpty() || CHANGES.contains(verb.get().upper())) {
            return;
        }
        words.stream().skip(1).filter(word -> CHANGES.contains(word.upper()) && !word.upper().equals("REPLACE")
                && (word.after() == 0 || word.depth() > outer && (word.after() == '(' || word.after() == ')')))
                .findFirst().ifPresent(word -> {
                    throw new IllegalArgumentException("changes something (" + word.upper() + ") in the WITH of a "
                            + verb.get().upper() + ", where nobody counts the rows that answer.max_rows bounds. Begin "
                            + "with the " + word.upper() + ", with RETURNING for what the tool answers.");
                });
    }

    private static IllegalArgumentException changes(String word) {
        return new IllegalArgumentException("changes something (" + word + "). Set write: true on the tool and "
                + "allow_writes: true on the source, or write a query. A column of that name is to be quoted.");
    }
}
