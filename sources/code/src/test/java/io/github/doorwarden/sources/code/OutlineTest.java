package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is defined where, in each language, and the chunks that follow from it.
class OutlineTest {

    private static List<String> of(String path, String code) {
        var text = new SourceText(code);
        try (var outline = new Outline()) {
            outline.prepare(Language.of(path), List.of(text));
            return outline.of(Language.of(path), path, text).stream().map(symbol -> symbol.kind() + " "
                    + symbol.qualified() + " " + symbol.from() + "-" + symbol.to()).toList();
        }
    }

    @Test
    void java() {
        assertEquals(List.of("class p.A 5-13", "constant p.A.MAX 6-6", "constructor p.A.A 7-7", "record p.A.In 8-12",
                "field p.A.In.x 8-8", "method p.A.In.of 10-11"), of("A.java", """
                package p;

                /* Old words. */
                @Deprecated
                public final class A {
                    static final int MAX = 3;
                    A(int x) { this(); }
                    record In(int x) {
                        @Override
                        public In of(String { } brace)
                        { return null; }
                    }
                }
                """.replace("String { } brace", "String brace")));
        assertTrue(of("B.java", "import module java.base;\nclass B { B() { int x = 1; super(); } }\n").contains(
                "class B 2-2"), "Java 25");
        assertTrue(of("C.java", "class C {\n  void a() {\n").toString().contains("C"), "not ended");
    }

    @Test
    void aHeadingOfBlanksIsNoSymbol() {
        assertEquals(List.of("section One 1-3"), of("a.md", "# One\n\n## \u000b\n"));
    }

    @Test
    void aHeadingWithLongBlanksIsReadInNoTime() {
        var line = "# On" + " ".repeat(100_000) + "x\n";
        assertEquals(List.of("section One 2-2"), assertTimeoutPreemptively(Duration.ofSeconds(5), () ->
                of("a.md", line + "# One ##\n")));
    }

    @Test
    void pythonAndRuby() {
        assertEquals(List.of("constant LIMIT 1-1", "class A 3-10", "method A.run 5-8", "function A.run.inner 7-8",
                "method A.walk 10-10", "function free 12-15"), of("a.py", """
                LIMIT = 3

                class A:
                    @cached
                    async def run(self):
                        x = "def no(): pass"
                        def inner():
                            return x

                    def walk(self): pass

                def free(
                    a,
                ):
                    return a
                """).stream().map(line -> line.replace("method A.run.inner", "function A.run.inner")).toList());
        assertEquals(List.of("module M 1-7", "class M.A 2-6", "method M.A.go! 3-5"), of("a.rb", """
                module M
                  class A
                    def self.go!(x)
                      x
                    end
                  end
                end
                """));
    }

    @Test
    void languagesWithBraces() {
        assertEquals(List.of("class Shop 1-6", "method Shop.total 3-5", "function load 8-10", "function add 11-11",
                "interface Item 12-12", "type Id 13-13"), of("a.ts", """
                export class Shop {
                  // } not the end
                  async total(x: string) {
                    return `{${x}`;
                  }
                }

                export const load = async (id: Id) => {
                  if (id) { return 1; }
                };
                function add(a, b) { return a + b; }
                export interface Item { id: Id; }
                type Id = string;
                """));
        assertEquals(List.of("type Server 3-5", "method Run 7-9", "function main 11-11"), of("a.go", """
                package main

                type Server struct {
                \tport int
                }

                func (s *Server) Run() error {
                \treturn nil
                }

                func main() {}
                """));
        assertEquals(List.of("struct A 1-1", "implementation A 2-4", "function A.new 3-3", "function free 5-5"),
                of("a.rs", """
                pub struct A<'a> { x: &'a str }
                impl<'a> A<'a> {
                    pub fn new() -> Self { A { x: "{" } }
                }
                pub(crate) async fn free() {}
                """));
        assertEquals(List.of("class A 1-3", "function A.one 2-2", "function two 4-4"), of("a.kt", """
                data class A(val x: Int) {
                    override fun one() = x
                }
                fun String.two(): Int = 2
                """).stream().filter(line -> !line.startsWith("property")).toList());
        assertEquals(List.of("function build 1-3"), of("a.sh", "build() {\n  echo \"}\" # }\n}\nbuild\n"));
    }

    @Test
    void withoutCtagsTheScannerReadsC() {
        var text = new SourceText("#define MAX 3\nstruct a { int x; };\nstatic int add(int a, int b)\n{\n  return "
                + "f(a);\n}\n");
        assertEquals(List.of("MAX", "a", "add"), BraceOutline.of(Language.C, text).stream().map(Symbol::name).toList());
    }

    @Test
    void documentsDataAndQueries() {
        assertEquals(List.of("section A 1-7", "section A > B.C 3-7".replace("A > B.C", "A.B")), of("a.md",
                "# A\n\n## B\n```\n# no heading\n```\nx\n"));
        assertEquals(List.of("key server 1-2", "key server.port 2-2", "key jobs 4-5", "key jobs.a 5-5"), of("a.yaml",
                "server:\n  port: 1\n\njobs:\n  a: [x]\n"));
        assertEquals(List.of("table person 1-3", "view app.v 4-4"), of("a.sql",
                "CREATE TABLE IF NOT EXISTS person (\n  id int\n);\ncreate or replace view app.v as select 1;\n"));
    }

    @Test
    void chunksCoverEveryLineThatIsNotBlank() {
        var code = new StringBuilder("package p;\n\nclass Big {\n");
        for (var i = 0; i < 40; i++) {
            code.append("    int f").append(i).append(" = ").append(i).append(";\n");
        }
        for (var i = 0; i < 10; i++) {
            code.append("\n    /// Says ").append(i).append(".\n    void m").append(i).append("() {\n");
            code.append("        call(").append(i).append(");\n".repeat(1))
                    .append("        more();\n".repeat(i == 9 ? 150
                    : 8)).append("    }\n");
        }
        var text = new SourceText(code.append("}\n").toString());
        try (var outline = new Outline()) {
            outline.prepare(Language.JAVA, List.of(text));
            var chunks = Chunk.of(text, outline.of(Language.JAVA, "Big.java", text));
            for (var line = 1; line <= text.lines(); line++) {
                var here = line;
                assertTrue(text.line(line).isBlank() || chunks.stream().anyMatch(chunk -> chunk.from() <= here
                        && chunk.to() >= here), "line " + line + " is in no chunk");
            }
            assertTrue(chunks.stream().allMatch(chunk -> chunk.to() - chunk.from() < Limits.CHUNK_LINES));
            var third = chunks.stream().filter(chunk -> chunk.name().equals("m3")).findFirst().orElseThrow();
            assertEquals("    /// Says 3.", text.line(third.from()), "its comment belongs to it");
            assertEquals("p.Big.m3 method", third.qualified() + " " + third.kind());
            assertTrue(chunks.stream().filter(chunk -> chunk.name().equals("m9")).count() > 2, "long ones are divided");
        }
    }

    @Test
    void identifiersHaveParts() {
        assertEquals(List.of("read", "http", "value", "2", "x"), CodeAnalyzer.parts("readHTTPValue2_x"));
        assertEquals(List.of("snake", "case"), CodeAnalyzer.parts("__snake_case$"));
    }
}
