package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.files.Bucket;
import io.github.doorwarden.sources.files.FilesSettings;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Keep;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import io.github.doorwarden.sources.files.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The keys of sources of the type `files`.
final class FilesConfigTest {

    /// Every key, away from its default.
    static final String EVERYTHING = """
            endpoints: {/mcp: {}}
            sources:
              f:
                type: files
                folder: data
                memory: 100
                threads: 1
                question_timeout: 7s
                location: {endpoint: "https://s3.example", region: r, bucket: b, prefix: p, access_key: a,
                  secret_key: s, every: 5m, max_mib: 7}
                datasets:
                  d:
                    description: D
                    files: ["d*.csv"]
                    format: csv
                    delimiter: ";"
                    decimal: ","
                    encoding: latin-1
                    nulls: [n/a]
                    bad_rows: 3
                    columns:
                      org: {type: text, role: dimension, from: Org, description: Who., allowed: [x, y], nulls: ["-"],
                        optional: true}
                      day: {type: date, patterns: ["%d.%m.%Y"]}
                      at: {type: datetime, role: dimension, zone: Europe/Berlin}
                      fare: {type: number, unit: EUR}
                      seats: {type: integer, role: dimension}
                  e: {files: [e.parquet], columns: {org: {type: text}, pax: {type: integer}}}
                  j: {join: {datasets: [d, e], by: [org], keep: first}}
                tools:
                  t:
                    kind: trend
                    dataset: j
                    title: T
                    description: T.
                    filters:
                      mine: {column: org, bind: caller.tenant}
                      days: {column: day, by: in, description: Which., required: true}
                    group_by: [org]
                    buckets: [week, year]
                    time: day
                    measures: {fare: {functions: [avg, p90], weight: seats}}
                    limit: 5
                    series: 2
                    small_sample: 0
                    max_tokens: 500
                  r: {dataset: d, description: R., columns: [org, day]}
            """;

    @TempDir
    private Path folder;

    private FilesSettings read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        var config = ConfigFile.read(folder, Map.of(), name -> null);
        return ((Config.SourceConfig.Files) config.sources().get("f")).settings();
    }

    @Test
    void everyKeyLandsInTheSettings() throws IOException {
        var settings = read(EVERYTHING);
        assertEquals(folder.resolve("data"), settings.root());
        assertEquals("100 1", settings.memoryMib() + " " + settings.threads());
        var location = settings.location().orElseThrow();
        assertEquals("r b p a s PT5M " + (7 << 20), String.join(" ", location.region(), location.bucket(),
                location.prefix(), location.accessKey(), location.secretKey(), location.every().toString(),
                Long.toString(location.most())));
        assertFalse(location.toString().contains(" s"));
        var set = settings.datasets().get("d");
        assertEquals("[d*.csv] CSV ; , latin-1 [n/a] 3", set.files() + " " + set.format() + " " + set.delimiter() + " "
                + set.decimal() + " " + set.encoding() + " " + set.nulls() + " " + set.badRows());
        var org = set.columns().get("org");
        assertEquals("Org Who. [x, y] [-] true", org.from() + " " + org.description() + " " + org.allowed() + " "
                + org.nulls() + " " + org.optional());
        assertEquals("Europe/Berlin", set.columns().get("at").zone().orElseThrow().getId());
        assertEquals(Role.TIME, set.columns().get("day").role());
        assertEquals(Role.DIMENSION, set.columns().get("seats").role());
        assertEquals("EUR", set.columns().get("fare").unit());
        assertEquals(new FilesSettings.Join(List.of("d", "e"), List.of("org"), Keep.FIRST),
                settings.datasets().get("j").join().orElseThrow());
        var tool = settings.tools().get("t");
        assertEquals(new FilesSettings.Filter("org", By.EQUALS, "", Optional.of(CallerValue.TENANT), false),
                tool.filters().get("mine"));
        assertEquals(new FilesSettings.Filter("day", By.IN, "Which.", Optional.empty(), true),
                tool.filters().get("days"));
        assertEquals(List.of(Bucket.WEEK, Bucket.YEAR), tool.buckets());
        assertEquals(new FilesSettings.Measures(List.of(Function.AVG, Function.P90), Optional.of("seats")),
                tool.measures().get("fare"));
        assertEquals("TREND 5 2 0 500", tool.kind() + " " + tool.limit() + " " + tool.series() + " "
                + tool.smallSample() + " " + tool.maxTokens().orElseThrow());
        assertEquals(Kind.ROWS, settings.tools().get("r").kind());
    }

    @Test
    void withoutAWordItIsTheSafeChoice() throws IOException {
        var settings = read("endpoints: {/mcp: {}}\nsources: {f: {type: files, datasets: {d: {files: [x.csv], columns: "
                + "{a: {type: text}}}}, tools: {t: {dataset: d, description: D.}}}}\n");
        assertEquals(folder, settings.root());
        assertTrue(settings.location().isEmpty());
        assertEquals(100, settings.datasets().get("d").badRows());
        assertEquals(Type.TEXT, settings.datasets().get("d").columns().get("a").type());
        assertEquals(100, settings.tools().get("t").limit());
    }

    @Test
    void mistakesHaveLineKeyAndRemedy() {
        var yaml = """
                endpoints: {/mcp: {}}
                sources:
                  f:
                    type: files
                    location: {region: x}
                    datasets:
                      d:
                        files: [../x.csv]
                        columns:
                          a: {type: text, role: measure}
                          z: {type: datetime, zone: Nowhere}
                    tools:
                      t: {dataset: d, description: D.}
                """;
        var found = String.join("\n", assertThrows(ConfigMistakes.class, () -> read(yaml)).mistakes());
        for (var expected : List.of(":5: sources.f.location.endpoint is missing.",
                ":8: sources.f.datasets.d.files has ../x.csv, which is not below the folder.",
                "sources.f.datasets.d.columns.a.role is measure, which is for integers and numbers.",
                ":11: sources.f.datasets.d.columns.z.zone is no zone that is known.")) {
            assertTrue(found.contains(expected), expected + " is not in\n" + found);
        }
        var tools = """
                endpoints: {/mcp: {}}
                sources:
                  f:
                    type: files
                    datasets:
                      d: {files: [x.csv], columns: {a: {type: text}, b: {type: number}}}
                      e: {files: [y.csv], columns: {a: {type: text}, b: {type: number}}}
                    tools:
                      t:
                        dataset: d
                        description: D.
                        filters: {limit: {column: a}, x: {column: nope}, y: {column: b, bind: caller.email}, w: {column:
                          a, bind: caller.shoe}}
                      u: {kind: trend, dataset: d, description: D., measures: {a: {functions: [avg]}}}
                      v: {dataset: nope, description: D.}
                """;
        var of = String.join("\n", assertThrows(ConfigMistakes.class, () -> read(tools)).mistakes());
        for (var expected : List.of("tools.t.filters.limit cannot be an argument's name",
                "tools.t.filters.x filters by nope, which the dataset does not have. It has a, b.",
                "tools.t.filters.y is bound to the caller, so its column must be a text",
                "tools.t.filters.w.bind is caller.shoe. There are caller.subject",
                "tools.u.measures.a names a, which is no number.", "tools.u.time is missing.",
                "tools.v.dataset is nope, which is not declared under datasets.")) {
            assertTrue(of.contains(expected), expected + " is not in\n" + of);
        }
        var join = tools.replace("      e: {files: [y.csv]", "      j: {join: {datasets: [d, e], by: [a]}}\n"
                + "      e: {files: [y.csv]");
        var clash = String.join("\n", assertThrows(ConfigMistakes.class, () -> read(join)).mistakes());
        assertTrue(clash.contains("datasets.j.join has two columns b, of d and of e. Rename one"), clash);
    }
}
