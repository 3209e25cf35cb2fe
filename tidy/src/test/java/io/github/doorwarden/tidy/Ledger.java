package io.github.doorwarden.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the specifications ask of us (`docs/spec/*.tsv`) against what the tests claim to prove (`@Covers`). A row is
/// `claimed`, and then a test proves it, or `owed`, and then its note says why not yet. Pure: given texts, it answers
/// with findings.
final class Ledger {
    static final String HEADER = "id\tlevel\tsection\ttext\tstatus\tnote";
    private static final Set<String> LEVELS = Set.of("MUST", "SHOULD", "MAY", "T");
    private static final Set<String> STATUSES = Set.of("claimed", "owed");
    private static final Pattern COVERS = Pattern.compile("@Covers\\s*\\(([^)]*)\\)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<String, Set<String>> claims = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();

    /// One requirement, or one threat (level T); `at` is its file and line.
    record Row(String id, String level, String section, String text, String status, String note, String at) {
        boolean isClaimed() {
            return status.equals("claimed");
        }
    }

    /// Reads one document; what is wrong with its form becomes a finding.
    void document(String path, String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            findings.add(path + ":1: the first line must be `" + HEADER.replace('\t', ' ') + "`, parted by tabs");
        }
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#")) {
                row(path + ":" + (i + 1), lines.get(i).split("\t", -1));
            }
        }
    }

    private void row(String at, String[] cells) {
        if (cells.length < 5 || cells.length > 6) {
            findings.add(at + ": " + cells.length + " cells, 5 or 6 are needed: " + HEADER.replace('\t', ' '));
            return;
        }
        var row = new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells.length == 6 ? cells[5].strip() : "",
                at);
        if (!row.id.matches("[A-Z]+-?\\d+[a-z]?") || !LEVELS.contains(row.level) || !STATUSES.contains(row.status)) {
            findings.add(at + ": an id like AS-14, a level of MUST SHOULD MAY T, a status of claimed or owed: "
                    + row.id + " "
                    + row.level + " " + row.status);
        }
        if (row.text.isBlank() || row.section.isBlank()) {
            findings.add(at + ": " + row.id + " needs its section and its text");
        }
        if (rows.putIfAbsent(row.id, row) != null) {
            findings.add(at + ": " + row.id + " is there twice, also at " + rows.get(row.id).at
                    + ": give one a letter");
        }
    }

    /// Reads the claims of one test file.
    void tests(String path, String text) {
        String bare = JavaCode.blanked(text);
        Matcher covers = COVERS.matcher(text);
        while (covers.find()) {
            if (!bare.startsWith("@Covers", covers.start())) {
                continue;
            }
            Matcher id = QUOTED.matcher(covers.group(1));
            while (id.find()) {
                claims.computeIfAbsent(id.group(1), any -> new TreeSet<>())
                        .add(path + ":" + JavaCode.lineOf(text, covers.start()));
            }
        }
    }

    /// Everything that does not agree, with what to do about it.
    List<String> findings() {
        var all = new ArrayList<>(findings);
        claims.forEach((id, places) -> {
            if (!rows.containsKey(id)) {
                all.add(places.iterator().next() + ": claims " + id
                        + ", which no document in docs/spec has: correct the id");
            }
        });
        for (Row row : rows.values()) {
            Set<String> places = claims.getOrDefault(row.id, Set.of());
            if (row.isClaimed() && places.isEmpty()) {
                all.add(row.at + ": " + row.id + " (" + row.level
                        + ") is claimed by no test: write one with @Covers(\"" + row.id
                        + "\"), or say owed and why");
            } else if (!row.isClaimed() && !places.isEmpty()) {
                all.add(row.at + ": " + row.id + " says owed, but " + places.iterator().next()
                        + " proves it: say claimed, or part what is still owed into " + row.id + "a");
            } else if (!row.isClaimed() && row.note.isBlank()) {
                all.add(row.at + ": " + row.id + " is owed without a reason: write it into the note");
            }
        }
        return all;
    }

    /// One line per document and level, for people.
    String summary() {
        var counts = new TreeMap<String, int[]>();
        for (Row row : rows.values()) {
            String name = row.at.substring(row.at.lastIndexOf('/') + 1, row.at.lastIndexOf(':'));
            counts.computeIfAbsent(name + " " + row.level, any -> new int[2])[row.isClaimed() ? 0 : 1]++;
        }
        var out = new StringBuilder();
        counts.forEach((name, n) -> out.append("%-40s %3d proven, %3d owed%n".formatted(name, n[0], n[1])));
        return out.toString();
    }

    /// For bringing documents and tests together: the ids whose status has to change, one list per direction.
    String report() {
        var unproven = new ArrayList<String>();
        var stale = new ArrayList<String>();
        for (Row row : rows.values()) {
            boolean proven = claims.containsKey(row.id);
            if (row.isClaimed() && !proven) {
                unproven.add(row.id);
            } else if (!row.isClaimed() && proven) {
                stale.add(row.id);
            }
        }
        var unknown = claims.keySet().stream().filter(id -> !rows.containsKey(id)).toList();
        return "claimed without a test: " + String.join(" ", unproven) + "\nowed but tested: " + String.join(" ", stale)
                + "\nclaims of unknown ids: " + String.join(" ", unknown) + "\n";
    }
}
