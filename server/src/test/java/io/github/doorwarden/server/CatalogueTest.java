package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CatalogueTest {

    private record Nothing() {}

    private static Source source(String name, String... tools) {
        return new JavaSource(name, Stream.of(tools).map(tool -> RecordTool.named(tool, "Does it.")
                .of(Nothing.class, (none, call) -> ToolResult.text("x"))).toList());
    }

    private static List<String> names(List<Tool> tools) {
        return tools.stream().map(tool -> tool.spec().name()).toList();
    }

    private final Catalogue catalogue = new Catalogue(List.of(source("z", "d", "b"), source("a", "c", "a")));

    @Test
    void theOrderIsThatOfTheSources_WhateverIsSelected() {
        assertEquals(List.of("d", "b", "c", "a"), names(catalogue.all()));
        assertEquals(List.of("b", "c", "a"), names(catalogue.select(Set.of("a"), Set.of("b", "a")).tools()));
        assertEquals(List.of(), names(catalogue.select(Set.of(), Set.of()).tools()));
    }

    @Test
    void twoToolsOfOneNameAreRefused_NamingBothSources() {
        var refused = assertThrows(IllegalArgumentException.class,
                () -> new Catalogue(List.of(source("shop", "find"), source("files", "find"))));
        assertTrue(refused.getMessage().contains("find comes from the source shop and from the source files"),
                refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Catalogue(List.of(source("shop", "find", "find"))));
        assertThrows(IllegalArgumentException.class, () -> new Catalogue(List.of(source("shop"), source("shop"))));
    }

    @Test
    void aNameThatNothingHasIsRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> catalogue.select(Set.of("shop"), Set.of()))
                .getMessage().contains("There are: z, a"));
        assertThrows(IllegalArgumentException.class, () -> catalogue.select(Set.of(), Set.of("nothing")));
    }
}
