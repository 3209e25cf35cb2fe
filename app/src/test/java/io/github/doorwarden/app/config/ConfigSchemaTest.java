package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;

/// The schema for editors takes what the product takes.
class ConfigSchemaTest {

    private static List<Error> misfits(String yaml) {
        var node = new Compose(LoadSettings.builder().build()).composeString(yaml).orElseThrow();
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(ConfigSchema.json())
                .validate(YamlJson.of(node));
    }

    @Test
    void takesTheDeploymentsOfThisRepository() throws IOException {
        for (var folder : List.of("systems/admin-copilot", "conformance", "conformance/authorization",
                "bench/deployment")) {
            var file = Path.of("..").resolve(folder).resolve(ConfigFile.NAME);
            assertEquals(List.of(), misfits(Files.readString(file)), folder);
        }
        assertEquals(List.of(), misfits(EveryKeyTest.EVERYTHING));
    }

    @Test
    void refusesWhatCannotBeMeant() {
        for (var wrong : List.of("[]", "endpoints: {/mcp: {}}\nnmae: x", "endpoints: {/mcp: {source: [a]}}",
                "endpoints: {/mcp: {open_methods: [tools/call]}}", "endpoints: {/mcp: {}}\nserver: {port: 70000}",
                "endpoints: {/mcp: {}}\nauthorization: {lifetimes: {code: soon}}",
                "endpoints: {/mcp: {}}\nauthorization: {clients: [{name: x}]}",
                "endpoints: {/mcp: {}}\nsources: {s: {type: csv}}")) {
            assertFalse(misfits(wrong).isEmpty(), wrong);
        }
        assertEquals(List.of(), misfits("endpoints: {/mcp: }\nserver: {port: '${env:PORT:-1}'}"));
    }
}
